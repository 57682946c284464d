import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A reader of what strangers send, and what must hold whatever it is given; a module of `targets` exports it as `target`. */
export interface FuzzTarget {
  /** What is read, in a line. */
  readonly title: string;
  /** Octets of the longest input that is tried. */
  readonly maximumLength: number;
  /** Inputs to begin with: well-formed ones and known odd ones. At least one. */
  seeds(): readonly Buffer[];
  /** Words of the format, put into inputs here and there. */
  readonly dictionary: readonly (string | Uint8Array)[];
  /**
   * Reads an input and checks what came out: throws where something is wrong, be it the reader's own error or a broken rule.
   * Must do the same for the same input, whatever was tried before, and leave the input as it is.
   */
  examine(input: Buffer): void;
}

const FOLDER = new URL('targets/', import.meta.url);
const SUFFIX = '.ts';

const targetModule = z.object({
  target: z.object({
    title: z.string(),
    maximumLength: z.number().int().positive(),
    seeds: z.custom<FuzzTarget['seeds']>((value) => typeof value === 'function'),
    dictionary: z.array(z.union([z.string(), z.instanceof(Uint8Array)])),
    examine: z.custom<FuzzTarget['examine']>((value) => typeof value === 'function'),
  }),
});

/** Names of all targets. */
export function targetNames(): string[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** Loads a target, and with it the code that it tests. Rejects where there is none of that name. */
export async function loadTarget(name: string): Promise<FuzzTarget> {
  if (!targetNames().includes(name)) throw new Error(`no target is called ${name}`);
  const module: unknown = await import(new URL(`${name}${SUFFIX}`, FOLDER).href);
  return targetModule.parse(module).target;
}
