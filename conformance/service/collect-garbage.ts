// Loaded into the service by tests that measure its memory: node --expose-gc --import collect-garbage.ts. On SIGUSR2 the
// garbage is collected and a line tells what is left, see ./memory.ts.
import { setTimeout as sleep } from 'node:timers/promises';

const ROUNDS = 4;

async function collect(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    // What finalizers let go is freed in the next round.
    await sleep(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  process.stdout.write(`\nmemory ${JSON.stringify({ rss, heapUsed, external })}\n`);
}

process.on('SIGUSR2', () => void collect());
