import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../setup/run-program.mjs';

/** The Node and npm that this machine's user has, as against those that the project brings. */
export interface SystemNode {
  /** the executable */
  readonly node: string;
  /** such as `v20.20.2` */
  readonly nodeVersion: string;
  /** the folder of the package npm */
  readonly npm: string;
  readonly npmVersion: string;
}

/**
 * Finds Node and npm outside every node_modules/.bin, which npm puts first in the PATH of what it runs.
 *
 * @throws {Error} when there is none
 */
export function findSystemNode(path = process.env.PATH ?? ''): SystemNode {
  const outside = path
    .split(':')
    .filter((folder) => !/\/node_modules\/|\/node-gyp-bin$/.test(`${folder}/`))
    .join(':');
  const [node, npmProgram] = [findProgram('node', outside), findProgram('npm', outside)];
  if (node === undefined || npmProgram === undefined) throw new Error('this machine has no Node and npm of its own');
  const npm = dirname(dirname(realpathSync(npmProgram)));
  const manifest: unknown = JSON.parse(readFileSync(join(npm, 'package.json'), 'utf8'));
  const npmVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  return { node: realpathSync(node), nodeVersion, npm, npmVersion: String(npmVersion) };
}

/** Puts that Node and npm below /usr/local of a Debian folder, with how npm reaches its registry here. */
export function copySystemNode({ node, npm }: SystemNode, folder: string): void {
  const local = join(folder, 'usr/local');
  for (const part of ['bin', 'lib/node_modules', 'etc']) mkdirSync(join(local, part), { recursive: true });
  cpSync(node, join(local, 'bin/node'));
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  for (const program of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, join(local, 'bin', program));
  }
  const configurations = ['globalconfig', 'userconfig'].map((name) =>
    execFileSync(node, [join(npm, 'bin/npm-cli.js'), 'config', 'get', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim(),
  );
  const lines = configurations.flatMap((file) => (existsSync(file) ? registryLines(readFileSync(file, 'utf8')) : []));
  writeFileSync(join(local, 'etc/npmrc'), lines.map((line) => `${line}\n`).join(''));
}

/**
 * The lines of an npmrc that say how to reach the registry. Anything else, credentials above all, stays where it is.
 */
export function registryLines(npmrc: string): string[] {
  return npmrc
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(@[\w.-]+:)?(registry|cafile|proxy|https-proxy|noproxy|strict-ssl)\s*=/.test(line));
}
