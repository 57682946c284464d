import type { Registry } from 'prom-client';
import { PROTOCOLS } from '#signaling/call/call.ts';
import type { LegProgress } from './leg-progress.ts';
import type { LegRole } from './lesson-legs.ts';
import { MetricFamily } from './metric-family.ts';

const REQUESTS = ['pli', 'fir', 'signalling'] as const;
const FRAME_RATE_BUCKETS = [0, 1, 5, 10, 12, 15, 20, 24, 26, 31, 61];
const KEY_FRAME_BUCKETS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5, 10];
const MIX_DELAY_BUCKETS = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
const SKEW_BUCKETS = [0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
const HOLD_BUCKETS = [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4];

/** Metrics of the pictures that parties send, and of their way through the mix. */
export class PictureMetrics {
  readonly #decoded;
  readonly #leftOut;
  readonly #frameRate;
  readonly #freezes;
  readonly #keyFramesAsked;
  readonly #keyFrameWait;
  readonly #keyFramesSent;
  readonly #mixDelay;
  readonly #skew;
  readonly #hold;

  constructor(registry: Registry) {
    const family = new MetricFamily(registry);
    this.#decoded = family.counter('pictures_decoded_total', 'Pictures of parties decoded, by protocol.', ['protocol']);
    this.#leftOut = family.counter(
      'pictures_left_out_total',
      'Pictures of parties that were decoded and not shown, by protocol: they send more than the 25 a second of the mix, or came later than pictures are waited for. Many of a party with 25: a line or a machine with standstills.',
      ['protocol'],
    );
    this.#frameRate = family.histogram(
      'leg_frames_per_second',
      'Pictures decoded of a party that sends its camera, an entry for each leg and second. 24 to 31 is usual, below 12 looks like a slide show.',
      FRAME_RATE_BUCKETS,
      ['protocol'],
    );
    this.#freezes = family.counter(
      'freezes_total',
      'Times that the picture of a party stood still and went on: later than three times the usual distance, and by 0.15 s (W3C freezeCount). Cameras switched off and calls on hold do not count.',
      ['protocol'],
    );
    this.#keyFramesAsked = family.counter(
      'key_frames_asked_total',
      'Key frames that parties were asked for, by protocol and the way of asking. Many: loss on the line, or a party that does not heed them.',
      ['protocol', 'request'],
    );
    this.#keyFrameWait = family.histogram(
      'key_frame_wait_seconds',
      'From the first request for a key frame to its arrival, by the last way of asking. As long the picture of the party stands still.',
      KEY_FRAME_BUCKETS,
      ['protocol', 'request'],
    );
    this.#keyFramesSent = family.counter('key_frames_sent_total', 'Key frames of the mix sent, by protocol.', [
      'protocol',
    ]);
    this.#mixDelay = family.histogram(
      'mix_delay_seconds',
      'From the arrival of a whole picture of a party to the first packet of a mix that shows it, an entry for each picture and encoding, by protocol of the party. Holds the wait for the latest pictures and for its sound; 0.03 to 0.08 in the lesson of npm run demo, more where a line is uneven.',
      MIX_DELAY_BUCKETS,
      ['protocol'],
    );
    this.#skew = family.histogram(
      'av_skew_seconds',
      'How far apart a party’s picture and the sound of the same moment (by its sender reports) leave in the mix, by which is later; mean of a second for each party. Above 0.1 it shows. Browsers: from their media server on.',
      SKEW_BUCKETS,
      ['protocol', 'later'],
    );
    this.#hold = family.histogram(
      'picture_hold_seconds',
      'How long pictures of a party wait on average, for the latest of them and for its sound, an entry for each leg and second. Above 0.1: an uneven line, or a machine that has too much to do.',
      HOLD_BUCKETS,
      ['protocol'],
    );
    for (const protocol of PROTOCOLS) {
      for (const counter of [this.#decoded, this.#leftOut, this.#freezes, this.#keyFramesSent]) {
        counter.inc({ protocol }, 0);
      }
      for (const request of REQUESTS) {
        this.#keyFramesAsked.inc({ protocol, request }, 0);
      }
    }
  }

  /** Takes what a leg did. */
  reported({ protocol, party }: LegRole, { figures, seconds, video: grown }: LegProgress): void {
    const { video } = figures;
    if (video === undefined || grown === undefined) {
      return;
    }
    this.#keyFramesSent.inc({ protocol }, grown.keyFramesGiven);
    if (party === undefined) {
      return;
    }
    this.#decoded.inc({ protocol }, grown.decoded);
    this.#leftOut.inc({ protocol }, grown.leftOut);
    this.#freezes.inc({ protocol }, grown.freezes);
    for (const request of REQUESTS) {
      this.#keyFramesAsked.inc({ protocol, request }, grown.keyFrameRequests[request]);
    }
    for (const { request, waited } of video.keyFrameWaits) {
      this.#keyFrameWait.observe({ protocol, request }, waited / 1000);
    }
    for (const delay of video.mixDelays) {
      this.#mixDelay.observe({ protocol }, delay / 1000);
    }
    if (video.skew !== undefined) {
      this.#skew.observe({ protocol, later: video.skew < 0 ? 'sound' : 'picture' }, Math.abs(video.skew) / 1000);
    }
    if (party.sends.video && seconds !== undefined) {
      this.#frameRate.observe({ protocol }, grown.decoded / seconds);
      this.#hold.observe({ protocol }, video.hold / 1000);
    }
  }
}
