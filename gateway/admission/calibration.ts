import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type PictureTimes, pictureTimesSchema } from './costs.ts';

const PROCESS = fileURLToPath(new URL('./calibration-process.ts', import.meta.url));
const FILE = 'picture-times.json';
/** ms; where it takes longer the machine is too busy to be measured. */
const PATIENCE = 20_000;

const fileSchema = z.object({ processor: z.string(), node: z.string(), times: pictureTimesSchema });

/** What pictures cost on this machine: as kept in the data folder, else measured now and kept. Rejects where it cannot be measured. */
export async function pictureTimesIn(folder: string, measure = measureInChild): Promise<PictureTimes> {
  const machine = { processor: cpus()[0]?.model ?? 'unknown', node: process.versions.node };
  const path = join(folder, FILE);
  const kept = await readFile(path, 'utf8').then(readKept, () => undefined);
  if (kept?.processor === machine.processor && kept.node === machine.node) {
    return kept.times;
  }
  const times = await measure();
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify({ ...machine, times })}\n`);
  await rename(`${path}.new`, path);
  return times;
}

function readKept(text: string): z.infer<typeof fileSchema> | undefined {
  try {
    return fileSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function measureInChild(): Promise<PictureTimes> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESS], {
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  return pictureTimesSchema.parse(JSON.parse(stdout));
}
