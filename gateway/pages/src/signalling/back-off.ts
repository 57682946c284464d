const FIRST = 500;
const LONGEST = 15_000;
/** A gateway that died is there again after so many tries at most (some seconds): until then they stay close together. */
const CLOSE_TRIES = 10;
const CLOSE = 1_000;

/**
 * Milliseconds to wait before try number `attempt` (0 is the first): up to 1 s at first, then twice as long each time, up to
 * 15 s, and drawn from the upper half of that, so that a hundred pages do not come back in the same moment.
 * @param random 0 up to 1
 */
export function backOff(attempt: number, random: number): number {
  const doublings = attempt < CLOSE_TRIES ? 0 : Math.min(attempt - CLOSE_TRIES + 1, 30);
  const ceiling = attempt === 0 ? FIRST : Math.min(LONGEST, CLOSE * 2 ** doublings);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
