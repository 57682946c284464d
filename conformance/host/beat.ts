/** Ticks missed by more than this are given up: the machine stood still. */
const MOST_MADE_UP = 10;

/** Calls `tick` every `distance` ms by the clock, not by the last call, so that nothing drifts. @returns what ends it */
export function beginBeat(distance: number, tick: (count: number, now: number) => void): () => void {
  let due = performance.now();
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    const now = performance.now();
    if (now - due > MOST_MADE_UP * distance) {
      due = now;
    }
    for (; due <= now; due += distance) {
      tick(count, now);
      count += 1;
    }
    timer = setTimeout(beat, Math.max(0, due - performance.now()));
  };
  beat();
  return () => clearTimeout(timer);
}
