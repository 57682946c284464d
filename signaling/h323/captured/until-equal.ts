import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Looks every 2 ms for 10 s; resolves when `look` gives what is expected, and throws what it gave instead. */
export async function untilEqual<T>(look: () => T, expected: T, what: string): Promise<void> {
  const text = JSON.stringify(expected);
  for (let tried = 0; tried < 5000 && JSON.stringify(look()) !== text; tried++) {
    await pause(2);
  }
  assert.deepEqual(look(), expected, what);
}
