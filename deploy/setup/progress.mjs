/** A step that takes long says so this often, in milliseconds. */
const STILL_AT_IT = 15_000;

/**
 * Tells on standard error what the setup does, why, and how long it took. Standard output stays the service's own.
 *
 * @param {{ write?: (text: string) => void, now?: () => number }} [edges]
 */
export function createProgress({ write = (text) => process.stderr.write(text), now = Date.now } = {}) {
  /** @param {string} text */
  const say = (text) => write(`setup: ${text}\n`);
  return {
    say,
    /**
     * @param {{ name: string, why: string }} step
     * @param {(report: (state: string) => void) => Promise<string | void>} work `report` takes what it is at, to be
     *   shown when it takes long; the outcome may be given when it is not simply `done`
     * @returns {Promise<void>}
     */
    async step({ name, why }, work) {
      say(`${name}: ${why}`);
      const begin = now();
      const seconds = () => `${((now() - begin) / 1000).toFixed(1)} s`;
      let state = '';
      const timer = setInterval(
        () => say(`${name}: still at it after ${seconds()}${state ? `: ${state}` : ''}`),
        STILL_AT_IT,
      );
      try {
        const outcome = await work((current) => {
          state = current;
        });
        say(`${name}: ${outcome ?? 'done'} (${seconds()})`);
      } catch (error) {
        say(`${name}: failed after ${seconds()}`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
