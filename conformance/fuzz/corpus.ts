import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of a target's inputs: those that showed a mistake and those that reach code which the seeds do not. */
function corpusFolder(name: string): URL {
  return new URL(`corpus/${name}/`, import.meta.url);
}

/** Why an input is kept: it showed a mistake, or it reaches code that others do not. */
export type Merit = 'fault' | 'reach';

/** By its content, so that an input is kept once. */
function fileName(merit: Merit, input: Buffer): string {
  return `${merit}-${createHash('sha256').update(input).digest('hex').slice(0, 16)}`;
}

/** All inputs of a target's corpus, in the order of their names. */
export function readCorpus(name: string): Buffer[] {
  const folder = corpusFolder(name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(new URL(file, folder)));
}

/** Keeps an input. @returns where it is now */
export function keepInput(name: string, merit: Merit, input: Buffer): string {
  const folder = corpusFolder(name);
  mkdirSync(folder, { recursive: true });
  const file = new URL(fileName(merit, input), folder);
  writeFileSync(file, input);
  return fileURLToPath(file);
}

/** Drops an input that reaches nothing of its own any more; one that showed a mistake stays. */
export function dropInput(name: string, input: Buffer): void {
  rmSync(new URL(fileName('reach', input), corpusFolder(name)), { force: true });
}
