import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { until } from '../media/until.ts';
import type { RunningService } from './running-service.ts';
import { engineProcesses } from './service-processes.ts';

const memory = z.object({ pid: z.number(), rss: z.number(), heapUsed: z.number(), external: z.number() });
/** Bytes of a process of the service once its garbage was collected; `external` is what buffers take beside the heap. */
export type Memory = z.infer<typeof memory>;

const LINE = /^memory (\{.*\})$/gm;
/** ms that a busy service may take. */
const PATIENCE = 10_000;

/** Environment of a service whose memory can be asked for. */
export const MEASURABLE = {
  NODE_OPTIONS: `--expose-gc --import ${fileURLToPath(new URL('collect-garbage.ts', import.meta.url))}`,
};

/** Collects the garbage of the main process of a service that was started with `MEASURABLE`, and tells what is left. */
export async function memoryOf(service: RunningService): Promise<Memory> {
  return await memoryOfProcess(service, service.gateway);
}

/** The same for the engine: the one of the service's that takes most, where another one stands by. */
export async function engineMemoryOf(service: RunningService): Promise<Memory> {
  const engines = await Promise.all(engineProcesses().map(({ pid }) => memoryOfProcess(service, pid)));
  const [largest] = engines.toSorted((a, b) => b.rss - a.rss);
  if (largest === undefined) {
    throw new Error('the service has no engine');
  }
  return largest;
}

async function memoryOfProcess(service: RunningService, id: number): Promise<Memory> {
  const lines = (): Memory[] =>
    [...service.output.matchAll(LINE)]
      .map((match) => memory.parse(JSON.parse(match[1] ?? '')))
      .filter(({ pid }) => pid === id);
  const before = lines().length;
  process.kill(id, 'SIGUSR2');
  return await until(`process ${id} of the service tells of its memory`, PATIENCE, () => lines()[before]);
}
