import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FactOf, LegFigures } from '#mcu/engine/protocol.ts';
import { END_REASONS, type EndReason, type Protocol } from '#signaling/call/call.ts';
import type { Lesson } from '../conference/lesson.ts';

const MIX_TIME_BUCKETS = [0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2, 0.5, 1];

const PROTOCOLS = ['sip', 'h323', 'webrtc'] as const;

/** A leg’s last report, to make rates of counters. */
interface Rates {
  readonly at: number;
  readonly figures: LegFigures;
}

/** What operators are told, in base units and with bounded labels: a leg is named by its class and its seat there. */
export class Metrics {
  readonly registry = new Registry();
  readonly #ended = this.#counter('calls_ended_total', 'Calls ended, by protocol and reason.', ['protocol', 'reason']);
  readonly #digits = this.#counter('dtmf_digits_total', 'Presses of keys, by protocol and the way they came first.', [
    'protocol',
    'method',
  ]);
  readonly #active = this.#gauge('calls', 'Calls that are up, by protocol and state.', ['protocol', 'state']);
  readonly #lessons = this.#gauge('lessons', 'Lessons with somebody in them.', []);
  readonly #bitRate = this.#gauge(
    'leg_bit_rate_bits_per_second',
    'Bit rate of a leg’s RTP payload, by class, seat, protocol, media and direction.',
    ['class', 'seat', 'protocol', 'media', 'direction'],
  );
  readonly #loss = this.#gauge(
    'leg_loss_ratio',
    'Share of packets lost since the last report, 0 to 1; outbound as the far side reports it.',
    ['class', 'seat', 'protocol', 'media', 'direction'],
  );
  readonly #frameRate = this.#gauge('leg_frame_rate_frames_per_second', 'Pictures decoded from a leg per second.', [
    'class',
    'seat',
    'protocol',
  ]);
  readonly #jitter = this.#gauge(
    'leg_jitter_seconds',
    'Interarrival jitter of what a leg sends (RFC 3550 section 6.4.1).',
    ['class', 'seat', 'protocol', 'media'],
  );
  readonly #skipped = this.#counter(
    'engine_ticks_skipped_total',
    'Pictures that were not mixed because the one before was late.',
    [],
  );
  readonly #eventLoop = this.#gauge(
    'event_loop_delay_seconds',
    'Delay of a thread’s event loop, 99th percentile since the last report.',
    ['thread'],
  );
  readonly #mixTime = new Histogram({
    name: 'classbridge_mix_time_seconds',
    help: 'From a tick of the picture clock to its last encoded rendition; a picture at 25 a second has 0.04.',
    buckets: MIX_TIME_BUCKETS,
    registers: [this.registry],
  });
  readonly #last = new Map<string, Rates>();

  constructor() {
    for (const protocol of PROTOCOLS) {
      for (const reason of END_REASONS) {
        this.#ended.inc({ protocol, reason }, 0);
      }
    }
  }

  /** A call ended. */
  callEnded(protocol: Protocol, reason: EndReason): void {
    this.#ended.inc({ protocol, reason });
  }

  /** A key was pressed. */
  digit(protocol: Protocol, method: string): void {
    this.#digits.inc({ protocol, method });
  }

  /** Takes the engine's report of time `now` (s) for these lessons. */
  engineReported(report: FactOf<'figures'>, lessons: readonly Lesson[], now: number): void {
    for (const gauge of [this.#bitRate, this.#loss, this.#frameRate, this.#jitter]) {
      gauge.reset();
    }
    const byLeg = new Map(report.legs.map((figures) => [figures.leg, figures]));
    for (const lesson of lessons) {
      lesson.parties.forEach((party, index) => {
        const figures = byLeg.get(party.id);
        if (figures !== undefined) {
          this.#reportLeg({ class: lesson.id, seat: String(index + 1), protocol: party.protocol }, figures, now);
        }
      });
    }
    for (const leg of this.#last.keys()) {
      if (!byLeg.has(leg)) {
        this.#last.delete(leg);
      }
    }
    for (const seconds of report.mixTimes) {
      this.#mixTime.observe(seconds);
    }
    this.#skipped.inc(report.ticksSkipped);
    this.#eventLoop.set({ thread: 'engine-picture' }, report.eventLoopDelay.picture / 1000);
    this.#eventLoop.set({ thread: 'engine-io' }, report.eventLoopDelay.io / 1000);
  }

  /** Event-loop delay of the gateway itself, ms. */
  gatewayDelay(milliseconds: number): void {
    this.#eventLoop.set({ thread: 'gateway' }, milliseconds / 1000);
  }

  /** The exposition text (Prometheus 0.0.4). */
  async text(lessons: readonly Lesson[]): Promise<string> {
    this.#lessons.set(lessons.length);
    const parties = lessons.flatMap((lesson) => lesson.parties);
    for (const protocol of PROTOCOLS) {
      const mine = parties.filter((party) => party.protocol === protocol);
      // Whoever only listens is up as well.
      const up = mine.filter(({ plan }) => plan?.audio.media !== undefined || plan?.video.media !== undefined).length;
      this.#active.set({ protocol, state: 'up' }, up);
      this.#active.set({ protocol, state: 'joining' }, mine.length - up);
    }
    return await this.registry.metrics();
  }

  #reportLeg(labels: { class: string; seat: string; protocol: string }, figures: LegFigures, now: number): void {
    const before = this.#last.get(figures.leg);
    this.#last.set(figures.leg, { at: now, figures });
    const seconds = before === undefined ? 0 : now - before.at;
    if (before === undefined || seconds <= 0) {
      return;
    }
    for (const media of ['audio', 'video'] as const) {
      const current = figures[media];
      const previous = before.figures[media];
      if (current === undefined || previous === undefined) {
        continue;
      }
      for (const direction of ['in', 'out'] as const) {
        const full = { ...labels, media, direction };
        const lost = Math.max(0, current[direction].lost - previous[direction].lost);
        const packets = Math.max(0, current[direction].packets - previous[direction].packets);
        const bits = 8 * Math.max(0, current[direction].bytes - previous[direction].bytes);
        this.#bitRate.set(full, bits / seconds);
        this.#loss.set(
          full,
          lost === 0 ? 0 : Math.min(1, lost / (direction === 'in' ? lost + packets : Math.max(lost, packets))),
        );
      }
      this.#jitter.set({ ...labels, media }, current.in.jitter / 1000);
    }
    const decoded = (figures.video?.decoded ?? 0) - (before.figures.video?.decoded ?? 0);
    this.#frameRate.set(labels, Math.max(0, decoded / seconds));
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: `classbridge_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> {
    return new Gauge({ name: `classbridge_${name}`, help, labelNames, registers: [this.registry] });
  }
}
