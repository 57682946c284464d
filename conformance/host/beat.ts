/** Ticks missed by more than this are given up: the machine stood still. */
const MOST_MADE_UP = 10;

/**
 * Calls `tick` every `distance` ms by the clock, not by the last call, so that nothing drifts. `due` is when the tick should
 * have been, ms of `performance.now()`: a whole number of distances after the one before, unless the machine stood still.
 * @returns what ends it
 */
export function beginBeat(distance: number, tick: (due: number) => void): () => void {
  let due = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const beat = (): void => {
    const now = performance.now();
    if (now - due > MOST_MADE_UP * distance) {
      due = now;
    }
    for (; due <= now && !ended; due += distance) {
      tick(due);
    }
    if (!ended) {
      timer = setTimeout(beat, Math.max(0, due - performance.now()));
    }
  };
  beat();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
