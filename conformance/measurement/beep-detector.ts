const SAMPLE_RATE = 48_000;
/** Samples of a step: 1 ms. */
const STEP = 48;
/** Steps of the window, in which tones that are multiples of 100 Hz do not disturb each other: 10 ms. */
const WINDOW = 10;
/** Steps over which the height of a beep is taken after its beginning. */
const RISE = 20;
/** Steps of quiet that must come before a beep. */
const QUIET = 60;
/** Amplitude from which on there is a beep. */
const THRESHOLD = 0.06;
/** Share of its height at which a beep counts as begun: there the window stands half in it. */
const HALF = 0.5;

/**
 * Finds where beeps of one tone begin in a flow of samples at 48 kHz, to about a millisecond: other tones, multiples of 100 Hz as
 * well and 400 Hz or more away, do not matter.
 */
export class BeepDetector {
  readonly #frequency: number;
  #pending: Float32Array = new Float32Array(0);
  /** Samples taken into steps so far. */
  #position = 0;
  readonly #sums: { readonly real: number; readonly imaginary: number }[] = [];
  /** Amplitude of the window that ends with each of the last steps. */
  #amplitudes: number[] = [];
  #quiet = 0;
  /** Steps since the threshold was passed. */
  #rising: number | undefined;

  /** `frequency` in Hz, a multiple of 100. */
  constructor(frequency: number) {
    this.#frequency = frequency;
  }

  /** Takes the next samples. @returns where beeps began, in samples since the first one, with fraction; each is told once, some 30 ms late */
  push(samples: Float32Array): number[] {
    const all = new Float32Array(this.#pending.length + samples.length);
    all.set(this.#pending);
    all.set(samples, this.#pending.length);
    const found: number[] = [];
    let at = 0;
    for (; at + STEP <= all.length; at += STEP) {
      const begun = this.#step(all.subarray(at, at + STEP));
      if (begun !== undefined) {
        found.push(begun);
      }
    }
    this.#pending = all.slice(at);
    return found;
  }

  #step(samples: Float32Array): number | undefined {
    let real = 0;
    let imaginary = 0;
    for (const [index, sample] of samples.entries()) {
      const phase = (2 * Math.PI * this.#frequency * (this.#position + index)) / SAMPLE_RATE;
      real += sample * Math.cos(phase);
      imaginary += sample * Math.sin(phase);
    }
    this.#position += samples.length;
    this.#sums.push({ real, imaginary });
    if (this.#sums.length > WINDOW) {
      this.#sums.shift();
    }
    const amplitude = this.#amplitude();
    this.#amplitudes = [...this.#amplitudes.slice(-(RISE + 2 * WINDOW)), amplitude];
    return this.#judge(amplitude);
  }

  #amplitude(): number {
    let real = 0;
    let imaginary = 0;
    for (const sum of this.#sums) {
      real += sum.real;
      imaginary += sum.imaginary;
    }
    return (2 * Math.hypot(real, imaginary)) / (WINDOW * STEP);
  }

  #judge(amplitude: number): number | undefined {
    if (this.#rising !== undefined) {
      this.#rising += 1;
      if (this.#rising < RISE) {
        return undefined;
      }
      this.#rising = undefined;
      this.#quiet = 0;
      return this.#beginning();
    }
    if (amplitude < THRESHOLD) {
      this.#quiet += 1;
    } else if (this.#quiet >= QUIET) {
      this.#rising = 0;
    } else {
      this.#quiet = 0;
    }
    return undefined;
  }

  /** Where the window's amplitude went over half of the beep's height. */
  #beginning(): number {
    const height = Math.max(...this.#amplitudes) * HALF;
    const crossing = this.#amplitudes.findIndex((amplitude) => amplitude >= height);
    const [before = 0, after = height] = [this.#amplitudes[crossing - 1], this.#amplitudes[crossing]];
    const share = after > before ? (height - before) / (after - before) : 1;
    const steps = this.#amplitudes.length - 1 - (crossing - 1 + share);
    return this.#position - steps * STEP - (WINDOW * STEP) / 2;
  }
}
