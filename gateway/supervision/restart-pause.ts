/** A life of less than this (ms) counts as short. */
export const SHORT_LIFE = 5000;
/** So many short lives in a row may be bad luck. */
const FREE_SHORT_LIVES = 2;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;
/** A port that was held a moment ago comes free within milliseconds: so many tries follow each other quickly. */
const QUICK_TRIES = 20;
const QUICK_STEP = 25;
const LONGEST_STEP = 10_000;

/** ms to wait before a process that died is started again: none, unless it has lived shortly `shortLives` times in a row. */
export function pauseAfterDeath(shortLives: number): number {
  const excess = shortLives - FREE_SHORT_LIVES;
  return excess <= 0 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(excess - 1, 30));
}

/** ms to wait before the next try after `failedTries` (1 or more) that came to nothing. */
export function pauseAfterFailure(failedTries: number): number {
  const excess = failedTries - QUICK_TRIES;
  return excess <= 0 ? QUICK_STEP : Math.min(LONGEST_STEP, QUICK_STEP * 2 ** Math.min(excess, 30));
}
