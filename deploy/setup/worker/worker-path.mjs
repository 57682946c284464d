import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheKey, cacheRoot } from '../cache.mjs';

const BINARY = 'mediasoup-worker';
const RECIPE = fileURLToPath(new URL('.', import.meta.url));

/**
 * The worker that a gateway of this checkout runs: the one that MEDIASOUP_WORKER_BIN names, else mediasoup's own prebuilt
 * one, else the one compiled here.
 *
 * @param {string} project
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined} undefined when there is none yet
 */
export function findWorker(project, env = process.env) {
  if (env.MEDIASOUP_WORKER_BIN) return existsSync(env.MEDIASOUP_WORKER_BIN) ? env.MEDIASOUP_WORKER_BIN : undefined;
  const { prebuilt, compiled } = workerFolders(project, env);
  return [prebuilt, join(project, 'node_modules/mediasoup/worker/out/Release'), compiled]
    .map((folder) => join(folder, BINARY))
    .find((file) => existsSync(file));
}

/**
 * The cached folders for the worker of this checkout's mediasoup on this kind of system.
 *
 * @param {string} project
 * @param {Record<string, string | undefined>} [env]
 * @returns {{ prebuilt: string, compiled: string }}
 */
export function workerFolders(project, env = process.env) {
  const version = mediasoupVersion(project);
  const system = `${process.platform}-${process.arch}-${systemName()}`;
  const folder = join(cacheRoot(env), BINARY);
  return {
    prebuilt: join(folder, `${version}-${system}-prebuilt`),
    compiled: join(folder, `${version}-${system}-${recipeKey()}`),
  };
}

/**
 * @param {string} project
 * @returns {string} the version of mediasoup that package-lock.json holds
 */
function mediasoupVersion(project) {
  const version = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages?.[
    'node_modules/mediasoup'
  ]?.version;
  if (typeof version !== 'string') throw new Error('package-lock.json holds no mediasoup');
  return version;
}

/** @returns {string} changes with everything in this folder that decides how the worker is compiled */
function recipeKey() {
  const files = readdirSync(RECIPE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(recipe|compile|sources)\.mjs$|\.h$/.test(file),
  );
  return cacheKey(files.sort().flatMap((file) => [file, readFileSync(join(RECIPE, file))]));
}

/** @returns {string} such as `debian12`: a binary of one is not given to another, whose C library may be older */
function systemName() {
  if (!existsSync('/etc/os-release')) return 'unknown';
  const fields = new Map(
    [...readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
  return `${fields.get('ID') ?? 'linux'}${fields.get('VERSION_ID') ?? ''}`.replace(/[^\w.]/g, '');
}
