import { LONGEST_PERIOD, lengthen } from './lengthen.ts';
import { level } from './mix.ts';
import { PlayoutSlack } from './playout-slack.ts';

/** A packet of sound that has arrived. */
export interface SoundPacket {
  /** Unwrapped RTP sequence number. */
  readonly extendedSequenceNumber: number;
  /** ms of media time: the unwrapped RTP timestamp divided by its clock. Undefined for what only keeps its place, as a DTMF event. */
  readonly mediaTime: number | undefined;
  /** Unix ms on the party's clock when its first sample was taken, where its sender reports tell. */
  readonly takenAt?: number | undefined;
  /** Decodes the payload to mono floats at 48 kHz; called once, in playing order. */
  readonly decode: () => Float32Array;
}

const SAMPLES_PER_MS = 48;
/** Bounds of the delay that the buffer adds, ms. */
const MINIMUM_DELAY = 40;
const MAXIMUM_DELAY = 400;
/** How long a late packet keeps the delay up, ms. */
const JITTER_WINDOW = 4000;
/** A transit this far (ms) from the one before is no lateness: the party's clock was set anew, as after hold. */
const NEW_TIME_BASE = 1000;
/** Packets held at most: a flood costs the sender his own sound. */
const MAXIMUM_PACKETS = 150;
/** So much more than was needed in the jitter window is worked off by leaving a packet out in a pause, ms. */
const SURPLUS = 40;
/** A level this much over the target is worked off even in the middle of a word, ms. */
const LARGE_SURPLUS = 150;
/** Mean square under which a packet counts as a pause in speech (-50 dB). */
const PAUSE_POWER = 1e-5;
/** Weight of the newest packet in the mean delay: a fifth of a second of packets. */
const DELAY_WEIGHT = 1 / 10;
/** A party that has said nothing for longer (ms) has no sound that pictures would wait for. */
const PLAYED_LATELY = 5000;
/** How long it counts what the pictures need, ms: they say so again with each of them. */
const ASKED_FOR = 2000;
/** A delay short of what the pictures need by less than this is near enough, ms. */
const NEAR = 10;
/** ms between two lengthenings of the sound, by when the mean delay has followed; between two looks where it could not be. */
const LENGTHEN_DISTANCE = 200;
const LOOK_DISTANCE = 60;
/** Likeness of what is laid over each other that is not heard; what falls short for long is content with less: by so much a ms. */
const LIKENESS = 0.85;
const LIKENESS_FALL = 0.2 / 1000;
/** Cross-fade over a splice: 5 ms. */
const FADE_SAMPLES = 240;

/**
 * Turns packets that arrive unevenly into an even flow of samples. The delay follows the jitter: the latest packet of the
 * last seconds is still in time; and what the pictures of the party need. A lost packet is covered by a fading repetition; a clock
 * that runs fast is followed by leaving packets out in pauses, one that runs slow by waiting anew.
 */
export class PlayoutBuffer {
  readonly #packets = new Map<number, SoundPacket & { readonly arrivedAt: number }>();
  readonly #transits: { readonly at: number; readonly transit: number }[] = [];
  readonly #slack = new PlayoutSlack(JITTER_WINDOW);
  #next: number | undefined;
  #highest = -1;
  #playing = false;
  #waitingSince: number | undefined;
  #ready: Float32Array = new Float32Array(0);
  #last: Float32Array = new Float32Array(0);
  #repeats = 0;
  #packetMs = 20;
  #concealed = 0;
  #delay: number | undefined;
  #playedAt = Number.NEGATIVE_INFINITY;
  #latency: number | undefined;
  /** Delay that the pictures of the party need, and when it was said. */
  #asked = { delay: 0, at: Number.NEGATIVE_INFINITY };
  /** Since when the delay falls short of it. */
  #shortSince: number | undefined;
  #nextLengthening = Number.NEGATIVE_INFINITY;
  /** What was played before the next packet, without a gap. */
  #before: Float32Array<ArrayBuffer> = new Float32Array(0);

  /** Packets that were covered because they were lost or late. */
  get concealed(): number {
    return this.#concealed;
  }

  /** Sound held now, ms. */
  get level(): number {
    return this.#packets.size * this.#packetMs + this.#ready.length / SAMPLES_PER_MS;
  }

  /** How long packets waited here before they were played, mean of the last moments, ms at `now`; undefined where none was lately. */
  delay(now: number): number | undefined {
    return now - this.#playedAt <= PLAYED_LATELY ? this.#delay : undefined;
  }

  /** From the taking of a packet to its playing, mean of the last moments, ms, on the party's clock and ours; undefined before any told. */
  get latency(): number | undefined {
    return this.#latency;
  }

  /** The party's pictures need sound to wait `delay` ms here, as told at `now`: it is lengthened bit by bit, where that is not heard. */
  waitForPictures(delay: number, now: number): void {
    this.#asked = { delay: Math.min(delay, MAXIMUM_DELAY), at: now };
  }

  /** Takes a packet that arrived at `now` (ms). Late and duplicate ones are dropped. */
  push(packet: SoundPacket, now: number): void {
    const number = packet.extendedSequenceNumber;
    if (this.#next !== undefined && Math.abs(number - this.#next) > MAXIMUM_PACKETS * 4) {
      this.reset();
    }
    this.#measure(packet.mediaTime, now);
    if (this.#next !== undefined && number < this.#next) {
      return;
    }
    if (this.#packets.size >= MAXIMUM_PACKETS) {
      this.#packets.delete(Math.min(...this.#packets.keys()));
    }
    this.#packets.set(number, { ...packet, arrivedAt: now });
    this.#highest = Math.max(this.#highest, number);
    this.#waitingSince ??= now;
  }

  /** The delay aimed at, ms: the spread of the last seconds' arrivals and one packet. */
  get target(): number {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const { transit } of this.#transits) {
      least = Math.min(least, transit);
      most = Math.max(most, transit);
    }
    const spread = most > least ? most - least : 0;
    return Math.min(MAXIMUM_DELAY, Math.max(MINIMUM_DELAY, spread + this.#packetMs));
  }

  /** The next `count` samples; silence while nothing is there. `now` in ms. */
  pull(count: number, now: number): Float32Array {
    if (!this.#playing && !this.#mayStart(now)) {
      return this.#take(count);
    }
    this.#workOffSurplus(now);
    while (this.#ready.length < count && this.#playing) {
      this.#advance(now);
    }
    const taken = this.#take(count);
    if (this.#playing) {
      this.#slack.left(this.level, now);
    }
    return taken;
  }

  /** Forgets what is held: another source begins. */
  reset(): void {
    this.#packets.clear();
    this.#transits.length = 0;
    this.#slack.reset();
    this.#delay = undefined;
    this.#latency = undefined;
    this.#next = undefined;
    this.#highest = -1;
    this.#playing = false;
    this.#waitingSince = undefined;
    this.#repeats = 0;
    this.#before = new Float32Array(0);
  }

  #measure(mediaTime: number | undefined, now: number): void {
    if (mediaTime === undefined) {
      return;
    }
    const transit = now - mediaTime;
    if (Math.abs(transit - (this.#transits.at(-1)?.transit ?? transit)) > NEW_TIME_BASE) {
      this.#transits.length = 0;
    }
    this.#transits.push({ at: now, transit });
    while ((this.#transits[0]?.at ?? now) < now - JITTER_WINDOW || this.#transits.length > 1000) {
      this.#transits.shift();
    }
  }

  #mayStart(now: number): boolean {
    if (this.#packets.size === 0 || this.#waitingSince === undefined) {
      return false;
    }
    if (now - this.#waitingSince < Math.max(this.target, this.#askedDelay(now)) - this.#packetMs) {
      return false;
    }
    this.#playing = true;
    this.#next = Math.min(...this.#packets.keys());
    return true;
  }

  #advance(now: number): void {
    const next = this.#next ?? 0;
    const packet = this.#packets.get(next);
    if (packet !== undefined) {
      this.#packets.delete(next);
      this.#next = next + 1;
      this.#play(packet, now);
      return;
    }
    if (this.#highest >= next) {
      // Something later is there: this one is lost.
      this.#next = next + 1;
      this.#conceal();
      return;
    }
    if (this.#repeats < 2) {
      // It may be late: its place is kept while the repetition plays, and the flow moves back by that much.
      this.#conceal();
      return;
    }
    this.#playing = false;
    this.#waitingSince = undefined;
    this.#repeats = 0;
  }

  #play(packet: SoundPacket & { readonly arrivedAt: number }, now: number): void {
    this.#delay = mean(this.#delay, now - packet.arrivedAt);
    this.#playedAt = now;
    this.#latency = packet.takenAt === undefined ? this.#latency : mean(this.#latency, now - packet.takenAt);
    this.#append(packet, now);
  }

  #append(packet: SoundPacket, now: number): void {
    const samples = packet.decode();
    if (samples.length === 0) {
      this.#conceal();
      return;
    }
    if (this.#repeats > 0) {
      crossfade(this.#faded(this.#repeats), samples);
    }
    this.#repeats = 0;
    this.#packetMs = Math.max(5, samples.length / SAMPLES_PER_MS);
    this.#last = samples;
    this.#ready = concatenate(this.#ready, this.#lengthened(samples, now));
    this.#before = concatenate(this.#before, samples).slice(-LONGEST_PERIOD);
  }

  /** The samples, or more of them where the pictures need a longer delay. */
  #lengthened(samples: Float32Array, now: number): Float32Array {
    if ((this.#delay ?? 0) + NEAR >= this.#askedDelay(now)) {
      this.#shortSince = undefined;
      return samples;
    }
    this.#shortSince ??= now;
    if (now < this.#nextLengthening) {
      return samples;
    }
    const likeness = level(samples) <= PAUSE_POWER ? -1 : LIKENESS - (now - this.#shortSince) * LIKENESS_FALL;
    const longer = lengthen(samples, this.#before, likeness);
    this.#nextLengthening = now + (longer === undefined ? LOOK_DISTANCE : LENGTHEN_DISTANCE);
    return longer ?? samples;
  }

  #askedDelay(now: number): number {
    return now - this.#asked.at <= ASKED_FOR ? this.#asked.delay : 0;
  }

  #conceal(): void {
    this.#concealed += 1;
    this.#repeats += 1;
    this.#before = new Float32Array(0);
    const cover =
      this.#last.length > 0 ? this.#faded(this.#repeats - 1) : new Float32Array(this.#packetMs * SAMPLES_PER_MS);
    this.#ready = concatenate(this.#ready, cover);
  }

  /** The last packet again, fading out over three repetitions. */
  #faded(repetition: number): Float32Array {
    const { length } = this.#last;
    return this.#last.map((sample, index) => sample * Math.max(0, 1 - (repetition + index / length) / 3));
  }

  #workOffSurplus(now: number): void {
    const next = this.#next;
    if (next === undefined) {
      return;
    }
    // The last lengthening may have passed what the pictures need by as much as it may fall short of it.
    const forPictures = Math.max(0, this.#askedDelay(now) + NEAR - this.target);
    const surplus = this.level - this.target - forPictures;
    const packet = this.#packets.get(next);
    if (
      (this.#slack.value - forPictures < SURPLUS && surplus < LARGE_SURPLUS) ||
      packet === undefined ||
      !this.#packets.has(next + 1)
    ) {
      return;
    }
    const left = packet.decode();
    this.#packets.delete(next);
    this.#next = next + 1;
    if (surplus < LARGE_SURPLUS && level(left) > PAUSE_POWER) {
      // Not a pause: it is played after all.
      this.#play({ ...packet, decode: () => left }, now);
      return;
    }
    this.#slack.take(this.#packetMs);
    const following = this.#packets.get(next + 1);
    if (following !== undefined) {
      this.#packets.set(next + 1, {
        ...following,
        decode: () => {
          const samples = following.decode();
          crossfade(left, samples);
          return samples;
        },
      });
    }
  }

  #take(count: number): Float32Array {
    const taken = new Float32Array(count);
    taken.set(this.#ready.subarray(0, count));
    this.#ready = this.#ready.slice(count);
    return taken;
  }
}

/** The running mean with one more value. */
function mean(before: number | undefined, value: number): number {
  return before === undefined ? value : before + (value - before) * DELAY_WEIGHT;
}

/** Fades from the start of `from` into `into`, in place. */
function crossfade(from: Float32Array, into: Float32Array): void {
  const length = Math.min(FADE_SAMPLES, from.length, into.length);
  for (let index = 0; index < length; index++) {
    const weight = index / length;
    into[index] = (into[index] ?? 0) * weight + (from[index] ?? 0) * (1 - weight);
  }
}

function concatenate(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
