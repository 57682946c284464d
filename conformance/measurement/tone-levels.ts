import { type Sound, strongestTone, tail } from '../media/tone.ts';

/** Amplitude (0 to 1) from which on a tone counts as heard: simulated hosts play theirs at 0.3. */
export const HEARD = 0.05;

/** The strongest amplitude that each tone had in the last `seconds` of a sound, by its frequency in Hz. */
export function toneLevels(sound: Sound, frequencies: readonly number[], seconds: number): ReadonlyMap<number, number> {
  const last = tail(sound, seconds);
  return new Map(frequencies.map((frequency) => [frequency, strongestTone(last, frequency)]));
}

/** The tones that are heard in the last `seconds` of a sound. */
export function heardTones(sound: Sound, frequencies: readonly number[], seconds: number): number[] {
  return [...toneLevels(sound, frequencies, seconds)].flatMap(([frequency, level]) =>
    level >= HEARD ? [frequency] : [],
  );
}
