import { spawnSync } from 'node:child_process';
import { promtoolProgram } from '#deploy/promtool.ts';

/** Runs promtool to its end, with `input` on its standard input. What it wrote stands in `output`. */
export function promtool(
  words: readonly string[],
  input = '',
): { readonly succeeded: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(promtoolProgram(), words, { input, encoding: 'utf8' });
  return { succeeded: status === 0, output: `${stdout}${stderr}` };
}
