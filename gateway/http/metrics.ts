import { Registry } from 'prom-client';
import type { FactOf } from '#mcu/engine/protocol.ts';
import type { EndReason, Protocol } from '#signaling/call/call.ts';
import type { Lesson } from '../conference/lesson.ts';
import type { Party } from '../conference/party.ts';
import { CallMetrics } from './call-metrics.ts';
import { DoorMetrics } from './door-metrics.ts';
import { EngineMetrics } from './engine-metrics.ts';
import { LegProgresses } from './leg-progress.ts';
import { legRoles } from './lesson-legs.ts';
import { PictureMetrics } from './picture-metrics.ts';
import { SoundMetrics } from './sound-metrics.ts';
import { StreamMetrics } from './stream-metrics.ts';

/** What of the configuration stands in the metrics. */
export interface MetricsOptions {
  /** What rooms are asked to send at most of one picture, bit/s. */
  readonly askedBitRate: number;
}

/** What operators are told: base units, labels of closed sets; no call, name or class is a label. */
export class Metrics {
  readonly registry = new Registry();
  readonly #calls = new CallMetrics(this.registry);
  readonly #engine = new EngineMetrics(this.registry);
  readonly #door = new DoorMetrics(this.registry);
  readonly #pictures = new PictureMetrics(this.registry);
  readonly #sound = new SoundMetrics(this.registry);
  readonly #streams: StreamMetrics;
  readonly #progresses = new LegProgresses();

  constructor({ askedBitRate }: MetricsOptions) {
    this.#streams = new StreamMetrics(this.registry, askedBitRate);
  }

  /** A party entered a lesson. */
  callEntered(lesson: Lesson, party: Party, now = performance.now() / 1000): void {
    this.#calls.entered(lesson, party, now);
  }

  /** A call ended; `party` where it had entered a lesson. */
  callEnded(protocol: Protocol, reason: EndReason, party?: Party, now = performance.now() / 1000): void {
    this.#calls.ended(protocol, reason, party, now);
  }

  /** A key was pressed. */
  digit(protocol: Protocol, method: string): void {
    this.#calls.digit(protocol, method);
  }

  /** Takes the engine's report of time `now` (s) for these lessons. */
  engineReported(report: FactOf<'figures'>, lessons: readonly Lesson[], now: number): void {
    this.#engine.reported(report);
    const roles = legRoles(lessons);
    const legs = this.#progresses.advance(report.legs, report.at / 1000).flatMap((progress) => {
      const role = roles.get(progress.figures.leg);
      return role === undefined ? [] : [{ role, progress }];
    });
    this.#streams.reported(legs, now);
    for (const { role, progress } of legs) {
      this.#door.reported(role, progress);
      this.#pictures.reported(role, progress);
      this.#sound.reported(role, progress);
      if (role.party !== undefined) {
        this.#calls.reported(role.party, progress.figures, now);
      }
    }
  }

  /** Event-loop delay of the gateway itself, ms. */
  gatewayDelay(milliseconds: number): void {
    this.#engine.gatewayDelay(milliseconds);
  }

  /** The exposition text (Prometheus 0.0.4). */
  async text(lessons: readonly Lesson[]): Promise<string> {
    this.#calls.stand(lessons);
    return await this.registry.metrics();
  }
}
