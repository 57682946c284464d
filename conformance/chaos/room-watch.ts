import { timestampDelta } from '#codecs/rtp/sequence-number.ts';
import type { HostMedia } from '../host/host-media.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
import type { HeardSound } from '../host/sound-receiver.ts';

/** What a room saw in turn after a loss, ms from it; NaN where it did not. */
export interface RoomSteps {
  /** The first packet of the mix's picture, and the first request for a key frame of the room's own. */
  readonly firstPacket: number;
  readonly keyFrameAsked: number;
  /** The first picture of the mix, whatever is in it, and the first with every source. */
  readonly firstPicture: number;
  readonly whole: number;
}

/** ms between two looks at the counters. */
const LOOK = 5;
/** What was on its way at the moment of a loss comes within this time (ms). */
const UNDER_WAY = 60;
/** Hz. */
const PICTURE_CLOCK = 90_000;
/** Root mean square of a packet's samples from which on it is no silence. */
const LOUD = 0.02;

interface Moment {
  readonly at: number;
  /** Unix ms that sender reports give to the beginning of the RTP clock: the same all the time where the source goes on. */
  readonly origin: number | undefined;
}

/** Writes down what a room is sent, from its making until `end`. Times in ms of `performance.now()`. */
export class RoomWatch {
  readonly #media: HostMedia;
  readonly #sources: readonly number[];
  readonly #changes = new Map<number, number[]>();
  readonly #newest = new Map<number, number>();
  readonly #pictures: (Moment & { readonly whole: boolean })[] = [];
  readonly #sounds: (Moment & { readonly loud: boolean })[] = [];
  readonly #packets: number[] = [];
  readonly #asked: number[] = [];
  readonly #ssrcs = { picture: new Set<number>(), sound: new Set<number>() };
  readonly #looking: NodeJS.Timeout;
  readonly #first: { picture?: number; sound?: number } = {};
  #counted: { readonly packets: number; readonly asked: number };

  constructor(media: HostMedia, sources: readonly number[]) {
    this.#media = media;
    this.#sources = sources;
    media.on('picture', this.#onPicture);
    media.on('sound', this.#onSound);
    this.#counted = { packets: media.received.video.packets, asked: media.keyFramesAsked };
    this.#looking = setInterval(() => this.#look(), LOOK);
  }

  end(): void {
    clearInterval(this.#looking);
    this.#media.off('picture', this.#onPicture);
    this.#media.off('sound', this.#onSound);
  }

  /** When a source's picture changed. */
  changes(source: number): readonly number[] {
    return this.#changes.get(source) ?? [];
  }

  /** When packets came that are no silence. */
  get loud(): readonly number[] {
    return this.#sounds.filter(({ loud }) => loud).map(({ at }) => at);
  }

  get ssrcs(): { readonly picture: readonly number[]; readonly sound: readonly number[] } {
    return { picture: [...this.#ssrcs.picture], sound: [...this.#ssrcs.sound] };
  }

  /** What came in turn after `cut`. */
  steps(cut: number): RoomSteps {
    const first = (times: readonly number[], from = cut + UNDER_WAY) =>
      (times.find((at) => at > from) ?? Number.NaN) - cut;
    return {
      firstPacket: first(this.#packets),
      keyFrameAsked: first(this.#asked, cut),
      firstPicture: first(this.#pictures.map(({ at }) => at)),
      whole: first(this.#pictures.filter(({ whole }) => whole).map(({ at }) => at)),
    };
  }

  /** By how much (ms) the clocks of picture and sound moved, by timestamps and sender reports, from before `cut` to the last seconds. */
  shifts(cut: number): { readonly picture: number; readonly sound: number } {
    const shift = (moments: readonly Moment[]) => {
      const end = moments.at(-1)?.at ?? 0;
      const before = moments.filter(({ at }) => at < cut);
      const after = moments.filter(({ at }) => at > end - 2000);
      return median(after) - median(before);
    };
    return { picture: shift(this.#pictures), sound: shift(this.#sounds) };
  }

  #look(): void {
    const { received, keyFramesAsked } = this.#media;
    const { packets } = received.video;
    const now = performance.now();
    if (packets > this.#counted.packets) {
      this.#packets.push(now);
    }
    if (keyFramesAsked > this.#counted.asked) {
      this.#asked.push(now);
    }
    this.#counted = { packets, asked: keyFramesAsked };
  }

  readonly #onPicture = ({ at, ssrc, timestamp, marks }: SeenPicture): void => {
    this.#ssrcs.picture.add(ssrc);
    const whole = this.#sources.every((source) => marks.some(({ host }) => host === source));
    this.#first.picture ??= timestamp;
    const passed = timestampDelta(this.#first.picture, timestamp) / PICTURE_CLOCK;
    this.#pictures.push({ at, whole, origin: originOf(this.#media.clocks.video.at(ssrc, timestamp), passed) });
    for (const { host, frame } of marks) {
      if (this.#newest.get(host) !== frame) {
        this.#newest.set(host, frame);
        const times = this.#changes.get(host) ?? [];
        times.push(at);
        this.#changes.set(host, times);
      }
    }
  };

  readonly #onSound = ({ at, ssrc, timestamp, samples }: HeardSound): void => {
    this.#ssrcs.sound.add(ssrc);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
    const { negotiated, clocks } = this.#media;
    this.#first.sound ??= timestamp;
    const passed =
      timestampDelta(this.#first.sound, timestamp) / (negotiated.audio?.receive[0]?.clockRate ?? Number.NaN);
    this.#sounds.push({
      at,
      loud: Math.sqrt(power) > LOUD,
      origin: originOf(clocks.audio.at(ssrc, timestamp), passed),
    });
  };
}

function originOf(meant: number | undefined, passed: number): number | undefined {
  return meant === undefined ? undefined : meant - 1000 * passed;
}

function median(moments: readonly Moment[]): number {
  const origins = moments.flatMap(({ origin }) => origin ?? []).sort((a, b) => a - b);
  return origins[Math.floor(origins.length / 2)] ?? Number.NaN;
}
