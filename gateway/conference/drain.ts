/** ms between two looks whether lessons are over. */
const LOOK = 250;

/**
 * Waits until no lesson is held any more.
 * @param lessons how many there are
 * @param patience ms to wait at the most
 * @param pause waits so many ms
 * @returns whether they are over
 */
export async function lessonsOver(
  lessons: () => number,
  patience: number,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<boolean> {
  for (let waited = 0; waited < patience && lessons() > 0; waited += LOOK) {
    await pause(LOOK);
  }
  return lessons() === 0;
}
