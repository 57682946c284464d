import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { until } from '../media/until.ts';
import type { RunningService } from './running-service.ts';

const memory = z.object({ rss: z.number(), heapUsed: z.number(), external: z.number() });
/** Bytes of the service's main process once its garbage was collected; `external` is what buffers take beside the heap. */
export type Memory = z.infer<typeof memory>;

const LINE = /^memory (\{.*\})$/gm;
/** ms that a busy service may take. */
const PATIENCE = 10_000;

/** Environment of a service whose memory can be asked for. */
export const MEASURABLE = {
  NODE_OPTIONS: `--expose-gc --import ${fileURLToPath(new URL('collect-garbage.ts', import.meta.url))}`,
};

/** Collects the garbage of a service that was started with `MEASURABLE`, and tells what is left. */
export async function memoryOf(service: RunningService): Promise<Memory> {
  const lines = () => [...service.output.matchAll(LINE)].map((match) => match[1] ?? '');
  const before = lines().length;
  process.kill(service.gateway, 'SIGUSR2');
  const line = await until('the service tells of its memory', PATIENCE, () => lines()[before]);
  return memory.parse(JSON.parse(line));
}
