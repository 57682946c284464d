/** Row and column frequencies of the keypad, Hz (ITU-T Q.23). */
const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1209, 1336, 1477, 1633] as const;
const KEYS = ['123A', '456B', '789C', '*0#D'] as const;

const SAMPLE_RATE = 48_000;
/** One look: 20 ms of sound at 48 kHz. */
const BLOCK = 960;
/** Looks in a row that a digit must be seen in: 40 ms (ITU-T Q.24). */
const BLOCKS_TO_BEGIN = 2;
/** Looks without it after which the digit is over: 40 ms. */
const BLOCKS_TO_END = 2;
/** Mean square of the whole under which nothing is a digit (-36 dB). */
const LEAST_POWER = 2.5e-4;
/** Share of the power that the two tones must have together: speech spreads it. */
const LEAST_SHARE = 0.75;
/** Each tone is at least this much of the other (8 dB of twist, Q.24). */
const LEAST_TWIST = 0.158;
/** The second harmonic of a row tone has less than this of it: speech has harmonics. */
const MOST_HARMONIC = 0.1;

/** Hears DTMF digits in sound (ITU-T Q.23, Q.24): each key press once, speech and music hardly ever. */
export class DtmfDetector {
  #pending: number[] = [];
  #seen: string | undefined;
  #count = 0;
  #misses = 0;
  #reported = false;

  /** Takes samples at 48 kHz; gives the digits that begin in them. */
  push(samples: Float32Array): string[] {
    const digits: string[] = [];
    for (const sample of samples) {
      this.#pending.push(sample);
      if (this.#pending.length === BLOCK) {
        const digit = this.#look(digitIn(this.#pending));
        this.#pending = [];
        if (digit !== undefined) {
          digits.push(digit);
        }
      }
    }
    return digits;
  }

  #look(key: string | undefined): string | undefined {
    if (key !== this.#seen) {
      this.#misses += 1;
      if (this.#seen === undefined || this.#misses >= BLOCKS_TO_END) {
        this.#seen = key;
        this.#count = key === undefined ? 0 : 1;
        this.#misses = 0;
        this.#reported = false;
      }
      return undefined;
    }
    this.#misses = 0;
    this.#count += 1;
    if (key !== undefined && !this.#reported && this.#count >= BLOCKS_TO_BEGIN) {
      this.#reported = true;
      return key;
    }
    return undefined;
  }
}

function digitIn(block: readonly number[]): string | undefined {
  const power = block.reduce((sum, sample) => sum + sample * sample, 0) / block.length;
  if (power < LEAST_POWER) {
    return undefined;
  }
  const rows = ROWS.map((frequency) => tonePower(block, frequency));
  const columns = COLUMNS.map((frequency) => tonePower(block, frequency));
  const row = strongest(rows);
  const column = strongest(columns);
  const [low, high] = [rows[row] ?? 0, columns[column] ?? 0];
  const isPure = low + high > LEAST_SHARE * power;
  const isEven = low > LEAST_TWIST * high && high > LEAST_TWIST * low;
  if (!isPure || !isEven || tonePower(block, 2 * (ROWS[row] ?? 0)) > MOST_HARMONIC * low) {
    return undefined;
  }
  return KEYS[row]?.[column];
}

/** Mean square of the tone at a frequency (Goertzel). */
function tonePower(block: readonly number[], frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / SAMPLE_RATE);
  let before = 0;
  let last = 0;
  for (const sample of block) {
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
  }
  const energy = before * before + last * last - coefficient * before * last;
  return (2 * energy) / (block.length * block.length);
}

function strongest(powers: readonly number[]): number {
  return powers.reduce((best, power, index) => (power > (powers[best] ?? 0) ? index : best), 0);
}
