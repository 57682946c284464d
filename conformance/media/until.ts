/** Asks again every 50 ms until something is there; rejects after `timeout` ms with what was waited for. Errors pass through. */
export async function until<T>(
  what: string,
  timeout: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeout} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
