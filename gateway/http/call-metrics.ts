import type { Registry } from 'prom-client';
import type { LegFigures } from '#mcu/engine/protocol.ts';
import { END_REASONS, type EndReason, PROTOCOLS, type Protocol } from '#signaling/call/call.ts';
import type { Lesson } from '../conference/lesson.ts';
import type { Party } from '../conference/party.ts';
import { MetricFamily } from './metric-family.ts';

const DIRECTIONS = ['inbound', 'outbound'] as const;
const JOIN_BUCKETS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60];
const DURATION_BUCKETS = [10, 60, 300, 900, 1800, 2700, 3600, 5400, 7200, 14_400];

interface Entered {
  /** s. */
  readonly at: number;
  heard: boolean;
}

/** Metrics of calls and lessons. Times in seconds on one clock. */
export class CallMetrics {
  readonly #entered = new Map<string, Entered>();
  readonly #ended;
  readonly #digits;
  readonly #calls;
  readonly #lessons;
  readonly #lessonsStarted;
  readonly #joins;
  readonly #joinTime;
  readonly #duration;

  constructor(registry: Registry) {
    const family = new MetricFamily(registry);
    this.#calls = family.gauge(
      'calls',
      'Calls that stand now, by protocol and state: up once media is agreed, joining before. Many that stay joining: rooms or browsers that do not get through.',
      ['protocol', 'state'],
    );
    this.#ended = family.counter(
      'calls_ended_total',
      'Calls ended, those refused before they entered a lesson included, by protocol and reason (signaling/call/call.ts). remote-hangup and local-hangup are the good ends.',
      ['protocol', 'reason'],
    );
    this.#lessons = family.gauge('lessons', 'Lessons with somebody in them.');
    this.#lessonsStarted = family.counter('lessons_started_total', 'Lessons begun: somebody entered an empty class.');
    this.#joins = family.counter(
      'joins_total',
      'Parties that entered a lesson, by protocol and direction: inbound who called us, outbound who is called.',
      ['protocol', 'direction'],
    );
    this.#joinTime = family.histogram(
      'join_seconds',
      'From entering a lesson to the first packet of picture or sound of the party; outbound with the time that the room rang. Who only listens is not in it.',
      JOIN_BUCKETS,
      ['protocol', 'direction'],
    );
    this.#duration = family.histogram(
      'call_duration_seconds',
      'From entering a lesson to the end of the call. Many short ones: people try again and again.',
      DURATION_BUCKETS,
      ['protocol'],
    );
    this.#digits = family.counter('dtmf_digits_total', 'Presses of keys, by protocol and the way they came first.', [
      'protocol',
      'method',
    ]);
    for (const protocol of PROTOCOLS) {
      for (const reason of END_REASONS) {
        this.#ended.inc({ protocol, reason }, 0);
      }
      for (const direction of DIRECTIONS) {
        this.#joins.inc({ protocol, direction }, 0);
      }
    }
  }

  /** A party entered a lesson at `now`. */
  entered(lesson: Lesson, { id, protocol, direction }: Party, now: number): void {
    this.#entered.set(id, { at: now, heard: false });
    this.#joins.inc({ protocol, direction });
    if (lesson.parties.length === 1) {
      this.#lessonsStarted.inc();
    }
  }

  /** A call ended at `now`; `party` where it had entered a lesson. */
  ended(protocol: Protocol, reason: EndReason, party: Party | undefined, now: number): void {
    this.#ended.inc({ protocol, reason });
    const entered = this.#entered.get(party?.id ?? '');
    if (party !== undefined && entered !== undefined) {
      this.#entered.delete(party.id);
      this.#duration.observe({ protocol }, now - entered.at);
    }
  }

  /** What the engine hears of a party at `now`. */
  reported({ id, protocol, direction }: Party, { heardFor }: Pick<LegFigures, 'heardFor'>, now: number): void {
    const entered = this.#entered.get(id);
    if (entered !== undefined && !entered.heard && heardFor !== undefined) {
      entered.heard = true;
      this.#joinTime.observe({ protocol, direction }, Math.max(0, now - heardFor / 1000 - entered.at));
    }
  }

  /** A key was pressed. */
  digit(protocol: Protocol, method: string): void {
    this.#digits.inc({ protocol, method });
  }

  /** Brings what stands now up to date. */
  stand(lessons: readonly Lesson[]): void {
    this.#lessons.set(lessons.length);
    const parties = lessons.flatMap((lesson) => lesson.parties);
    for (const protocol of PROTOCOLS) {
      const mine = parties.filter((party) => party.protocol === protocol);
      // Whoever only listens is up as well.
      const up = mine.filter(({ plan }) => plan?.audio.media !== undefined || plan?.video.media !== undefined).length;
      this.#calls.set({ protocol, state: 'up' }, up);
      this.#calls.set({ protocol, state: 'joining' }, mine.length - up);
    }
  }
}
