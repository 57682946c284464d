import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { runJobs } from './job-queue.mjs';

type Job = () => Promise<Job[] | undefined>;

test('all jobs run, those that jobs give too, and never more at once than wished', async () => {
  const ran: string[] = [];
  let running = 0;
  let most = 0;
  const job =
    (name: string, more: Job[] = []): Job =>
    async () => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      ran.push(name);
      return more;
    };
  const counts: [number, number][] = [];
  await runJobs([job('a', [job('a1', [job('a2')])]), job('b'), job('c')], 2, (done, known) =>
    counts.push([done, known]),
  );
  assert.deepEqual(ran.sort(), ['a', 'a1', 'a2', 'b', 'c']);
  assert.equal(most, 2);
  assert.deepEqual(counts.at(-1), [5, 5]);
});

test('after a failure nothing new begins, and the failure is thrown when the rest has ended', async () => {
  const ran: string[] = [];
  const failing: Job = async () => {
    throw new Error('does not compile');
  };
  const slow: Job = async () => {
    await turn();
    ran.push('slow');
    return undefined;
  };
  const never: Job = async () => {
    ran.push('never');
    return undefined;
  };
  await assert.rejects(runJobs([failing, slow, never, never], 2), /does not compile/);
  assert.deepEqual(ran, ['slow']);
});

test('no jobs are soon done', async () => {
  await runJobs([], 4);
});
