/** The shortest period that is repeated, samples at 48 kHz: 2.5 ms. */
const SHORTEST = 120;
/** The longest one, and all of the sound before that is looked at: 20 ms. */
export const LONGEST_PERIOD = 960;
/** Samples that are laid over each other: 10 ms. */
const OVERLAP = 480;
/** Distance of the periods tried, samples, before the best is sought sample by sample. */
const COARSE = 6;
/** A shorter period must be more alike by this: the fewer repetitions the better. */
const BETTER = 0.01;

/**
 * The beginning of a sound with one of the periods before it put in front: it is laid over the sound before where it is like it, so that
 * pitch and rhythm stay (overlap-add on the waveform). Undefined where it is less alike anywhere than `likeness` (normalised
 * correlation, 1: the same), or where there is too little of either: 10 ms of the sound, 12.5 ms of that before.
 * @param samples at 48 kHz @param before what was played before them
 */
export function lengthen(samples: Float32Array, before: Float32Array, likeness: number): Float32Array | undefined {
  const history = before.subarray(Math.max(0, before.length - LONGEST_PERIOD));
  if (samples.length < OVERLAP || history.length < SHORTEST + OVERLAP) {
    return undefined;
  }
  const sound = new Float32Array(history.length + OVERLAP);
  sound.set(history);
  sound.set(samples.subarray(0, OVERLAP), history.length);
  const period = periodOf(sound, history.length, likeness);
  if (period === undefined) {
    return undefined;
  }
  const longer = new Float32Array(period + samples.length);
  const again = sound.subarray(history.length - period);
  for (let index = 0; index < period; index++) {
    const weight = Math.min(1, index / Math.min(OVERLAP, period));
    longer[index] = (sound[history.length + index] ?? 0) * (1 - weight) + (again[index] ?? 0) * weight;
  }
  longer.set(samples, period);
  return longer;
}

/** How long ago the sound was most like what comes at `now`, in samples. */
function periodOf(sound: Float32Array, now: number, least: number): number | undefined {
  const energyNow = product(sound, now, now);
  const alike = (period: number): number => {
    const energyThen = product(sound, now - period, now - period);
    return product(sound, now, now - period) / Math.sqrt(energyNow * energyThen || 1);
  };
  let best = { period: now, likeness: alike(now) };
  const look = (from: number, to: number, step: number, better: number): void => {
    for (let period = from; period >= to; period -= step) {
      const likeness = alike(period);
      best = likeness > best.likeness + better ? { period, likeness } : best;
    }
  };
  look(now - COARSE, SHORTEST, COARSE, BETTER);
  look(Math.min(now, best.period + COARSE - 1), Math.max(SHORTEST, best.period - COARSE + 1), 1, 0);
  return best.likeness >= least ? best.period : undefined;
}

/** Of the sound from one place with that from another. */
function product(sound: Float32Array, one: number, other: number): number {
  let sum = 0;
  for (let index = 0; index < OVERLAP; index++) {
    sum += (sound[one + index] ?? 0) * (sound[other + index] ?? 0);
  }
  return sum;
}
