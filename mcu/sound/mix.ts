/** How many speakers are heard at once: more only adds noise. */
export const MAXIMUM_SPEAKERS = 5;
/** A speaker keeps the floor this long after he was last among the loudest, ms. */
const HOLD = 1500;
/** Mean square under which nobody speaks (-60 dB). */
const SILENCE_POWER = 1e-6;

/** Who is heard: the loudest few, held over the pauses between words. */
export class SpeakerSelection {
  readonly #lastLoud = new Map<string, number>();

  /** The legs to be mixed at `now` (ms), given each one's mean square level. At most MAXIMUM_SPEAKERS. */
  select(levels: ReadonlyMap<string, number>, now: number): ReadonlySet<string> {
    if (levels.size <= MAXIMUM_SPEAKERS) {
      return new Set(levels.keys());
    }
    const loudest = [...levels].filter(([, level]) => level > SILENCE_POWER).sort(([, a], [, b]) => b - a);
    for (const [leg] of loudest.slice(0, MAXIMUM_SPEAKERS)) {
      this.#lastLoud.set(leg, now);
    }
    for (const [leg, at] of this.#lastLoud) {
      if (now - at > HOLD || !levels.has(leg)) {
        this.#lastLoud.delete(leg);
      }
    }
    const held = [...this.#lastLoud].sort(([, a], [, b]) => b - a).slice(0, MAXIMUM_SPEAKERS);
    return new Set(held.map(([leg]) => leg));
  }
}

/** Mean square of a block of samples. */
export function level(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) {
    sum += sample * sample;
  }
  return samples.length === 0 ? 0 : sum / samples.length;
}

/** Sum of all speakers but `without`, limited to -1..1. Nobody hears himself (N-1). */
export function mixWithout(
  speakers: ReadonlyMap<string, Float32Array>,
  without: string | undefined,
  count: number,
): Float32Array {
  const sum = new Float32Array(count);
  for (const [leg, samples] of speakers) {
    if (leg === without) {
      continue;
    }
    for (let index = 0; index < count; index++) {
      sum[index] = (sum[index] ?? 0) + (samples[index] ?? 0);
    }
  }
  for (let index = 0; index < count; index++) {
    sum[index] = limit(sum[index] ?? 0);
  }
  return sum;
}

/** Linear up to 0.8, then bent so that it never passes 1: no clipping when several speak at once. */
function limit(sample: number): number {
  const size = Math.abs(sample);
  if (size <= 0.8) {
    return sample;
  }
  return Math.sign(sample) * (0.8 + 0.2 * Math.tanh((size - 0.8) / 0.2));
}
