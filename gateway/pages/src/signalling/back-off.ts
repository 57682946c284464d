const FIRST = 500;
const LONGEST = 15_000;

/**
 * Milliseconds to wait before try number `attempt` (0 is the first): twice as long each time, up to 15 s, and drawn from
 * the upper half of that, so that a hundred pages do not come back in the same moment.
 * @param random 0 up to 1
 */
export function backOff(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
