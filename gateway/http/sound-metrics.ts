import type { Registry } from 'prom-client';
import { PROTOCOLS } from '#signaling/call/call.ts';
import type { LegProgress } from './leg-progress.ts';
import type { LegRole } from './lesson-legs.ts';
import { MetricFamily } from './metric-family.ts';

const CONCEALED_BUCKETS = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const DELAY_BUCKETS = [0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6];

/** Metrics of the sound that parties send. */
export class SoundMetrics {
  readonly #concealed;
  readonly #ratio;
  readonly #depth;

  constructor(registry: Registry) {
    const family = new MetricFamily(registry);
    this.#concealed = family.counter(
      'audio_concealed_packets_total',
      'Packets of sound that were lost or late and covered by repetition, by protocol.',
      ['protocol'],
    );
    this.#ratio = family.histogram(
      'leg_audio_concealed_ratio',
      'Share of a party’s sound that was covered, 0 to 1, an entry for each leg and second in which sound came. Above 0.05 words are lost.',
      CONCEALED_BUCKETS,
      ['protocol'],
    );
    this.#depth = family.histogram(
      'playout_buffer_seconds',
      'Sound held in a party’s playout buffer, an entry for each leg and second in which sound came. It follows the jitter of the line, and what the pictures of the party need to be in step.',
      DELAY_BUCKETS,
      ['protocol'],
    );
    for (const protocol of PROTOCOLS) {
      this.#concealed.inc({ protocol }, 0);
    }
  }

  /** Takes what a leg did. */
  reported({ protocol, party }: LegRole, { figures, audio: grown }: LegProgress): void {
    if (party === undefined || figures.audio === undefined || grown === undefined) {
      return;
    }
    this.#concealed.inc({ protocol }, grown.concealed);
    if (grown.in.packets > 0) {
      this.#ratio.observe({ protocol }, grown.concealed / (grown.concealed + grown.in.packets));
      this.#depth.observe({ protocol }, figures.audio.playoutDelay / 1000);
    }
  }
}
