import { existsSync } from 'node:fs';
import { promtoolPath } from './setup/promtool.mjs';

/**
 * The promtool that the setup took out of its Debian package.
 *
 * @returns absolute path of the program
 * @throws {Error} when it is not there, with what to do
 */
export function promtoolProgram(): string {
  const path = promtoolPath();
  if (existsSync(path)) return path;
  throw new Error(`there is no promtool in ${path}: run \`node deploy/setup.mjs test\``);
}
