// Loaded into the service by tests that measure its memory: node --expose-gc --import collect-garbage.ts. On SIGUSR2 the
// garbage of all threads of a process is collected and a line tells what is left, see ./memory.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const ROUNDS = 4;
/** ms in which the allocator gives back what is free, see gateway/supervision/gateway-memory.ts, and a bit. */
const GIVEN_BACK = 2000;
/** Reaches the other threads of the process. */
const everywhere = new BroadcastChannel('collect-garbage');
everywhere.unref();

async function collect(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    // Such a one moves what is left together and gives the pages back: without it, free parts of pages count as resident.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    // What finalizers let go is freed in the next round.
    await sleep(50);
  }
}

async function tell(): Promise<void> {
  everywhere.postMessage('collect');
  await collect();
  await sleep(GIVEN_BACK);
  const { rss, heapUsed, external } = process.memoryUsage();
  process.stdout.write(`\nmemory ${JSON.stringify({ pid: process.pid, rss, heapUsed, external })}\n`);
}

if (isMainThread) {
  process.on('SIGUSR2', () => void tell());
} else {
  everywhere.onmessage = () => void collect();
}
