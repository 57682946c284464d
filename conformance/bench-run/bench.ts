import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Figure } from './figure.ts';

/** A measurement of the running service; a module of `conformance/bench` exports it as `bench`. */
export interface Bench {
  /** What is measured, in a line. */
  readonly title: string;
  /**
   * Measures, inside the test network. Rejects where nothing could be measured; a slow product is no reason.
   * @param progress told what is going on, for people
   */
  run(progress: (line: string) => void): Promise<Figure[]>;
}

const FOLDER = new URL('../bench/', import.meta.url);
const SUFFIX = '.ts';

const benchModule = z.object({
  bench: z.object({
    title: z.string(),
    run: z.custom<Bench['run']>((value) => typeof value === 'function'),
  }),
});

/** Names of all benches. */
export function benchNames(): string[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((file) => file.endsWith(SUFFIX) && !file.endsWith(`.test${SUFFIX}`))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** Loads a bench. Rejects where there is none of that name. */
export async function loadBench(name: string): Promise<Bench> {
  if (!benchNames().includes(name)) {
    throw new Error(`no bench is called ${name}`);
  }
  const module: unknown = await import(new URL(`${name}${SUFFIX}`, FOLDER).href);
  return benchModule.parse(module).bench;
}
