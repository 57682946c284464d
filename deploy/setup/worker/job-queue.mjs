/**
 * Runs jobs, so many at a time. A job may give further jobs, which are run too. After a failure no new job is begun, and the
 * first failure is thrown when those under way have ended.
 *
 * @typedef {() => Promise<Job[] | void>} Job
 * @param {readonly Job[]} jobs
 * @param {number} width at least 1
 * @param {(done: number, known: number) => void} [onDone]
 * @returns {Promise<void>}
 */
export async function runJobs(jobs, width, onDone = () => {}) {
  const queue = [...jobs];
  let known = queue.length;
  let done = 0;
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  /** @type {{ error: unknown } | undefined} */
  let failure;
  const begin = /** @param {Job} job */ (job) => {
    const run = job()
      .then((more) => {
        queue.push(...(more ?? []));
        known += more?.length ?? 0;
        done += 1;
        onDone(done, known);
      })
      .catch((error) => {
        failure ??= { error };
      })
      .finally(() => running.delete(run));
    running.add(run);
  };
  while (running.size > 0 || (queue.length > 0 && !failure)) {
    while (!failure && running.size < width) {
      const job = queue.shift();
      if (!job) break;
      begin(job);
    }
    if (running.size > 0) await Promise.race(running);
  }
  if (failure) throw failure.error;
}
