import { createContext, Script } from 'node:vm';

const shared = { work: (): void => undefined };
const context = createContext(shared);
const callWork = new Script('work()');

/**
 * Runs work that may never come to its end.
 * @param milliseconds after which it is broken off, wherever it is
 * @returns whether it ended by itself. What it throws is thrown.
 */
export function endsWithin(milliseconds: number, work: () => void): boolean {
  shared.work = work;
  try {
    callWork.runInContext(context, { timeout: milliseconds });
    return true;
  } catch (error) {
    // It is an error of the other context, so no instance of this one's Error.
    const isLate = typeof error === 'object' && error !== null && 'code' in error;
    if (isLate && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
