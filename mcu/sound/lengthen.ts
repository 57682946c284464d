/** Bounds of the period that is repeated, samples at 48 kHz: 2.5 ms, and half of what is given. */
const SHORTEST = 120;
/** Distance of the periods tried, samples, before the best is sought sample by sample. */
const COARSE = 6;
/** Likeness (normalised correlation) of what is laid over each other, from which on it is not heard. */
const LIKENESS = 0.85;
/** A shorter period must be better by this: the fewer repetitions the better. */
const BETTER = 0.01;
/** Mean square under which everything is alike (-70 dB). */
const SILENT = 1e-7;

/**
 * The same sound, longer by one of its periods: it is laid over itself where it is like itself, so that pitch and rhythm stay
 * (overlap-add on the waveform). Undefined where it is not like itself anywhere. @param samples at 48 kHz, 10 ms of them or more
 */
export function lengthen(samples: Float32Array): Float32Array | undefined {
  const overlap = samples.length >> 1;
  const longest = samples.length - overlap;
  if (longest <= SHORTEST) {
    return undefined;
  }
  const period = periodOf(samples, overlap, longest);
  if (period === undefined) {
    return undefined;
  }
  const longer = new Float32Array(samples.length + period);
  longer.set(samples.subarray(0, period));
  for (let index = 0; index < overlap; index++) {
    const weight = index / overlap;
    const [goesOn, again] = [samples[period + index] ?? 0, samples[index] ?? 0];
    longer[period + index] = goesOn * (1 - weight) + again * weight;
  }
  longer.set(samples.subarray(overlap), period + overlap);
  return longer;
}

function periodOf(samples: Float32Array, overlap: number, longest: number): number | undefined {
  if (energy(samples, 0, samples.length) < SILENT * samples.length) {
    return longest;
  }
  let best = { period: longest, likeness: likeness(samples, longest, overlap) };
  const look = (from: number, to: number, step: number, better: number): void => {
    for (let period = from; period >= to; period -= step) {
      const found = likeness(samples, period, overlap);
      best = found > best.likeness + better ? { period, likeness: found } : best;
    }
  };
  look(longest - COARSE, SHORTEST, COARSE, BETTER);
  const { period } = best;
  look(Math.min(longest, period + COARSE - 1), Math.max(SHORTEST, period - COARSE + 1), 1, 0);
  return best.likeness >= LIKENESS ? best.period : undefined;
}

/** How alike the sound is to itself so many samples later: -1 to 1. */
function likeness(samples: Float32Array, period: number, overlap: number): number {
  let product = 0;
  for (let index = 0; index < overlap; index++) {
    product += (samples[index] ?? 0) * (samples[period + index] ?? 0);
  }
  return product / Math.sqrt(energy(samples, 0, overlap) * energy(samples, period, overlap) || 1);
}

function energy(samples: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let index = from; index < from + count; index++) {
    sum += (samples[index] ?? 0) ** 2;
  }
  return sum;
}
