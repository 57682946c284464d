import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, release } from 'node:os';
import { version as mediasoup } from 'mediasoup';
import { z } from 'zod';

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** What runs here, for a bundle. */
export async function versions(): Promise<object> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { name, version } = packageSchema.parse(JSON.parse(text));
  const machine = { linux: release(), architecture: arch(), cores: availableParallelism() };
  return { [name]: version, node: process.versions.node, mediasoup, ...machine };
}
