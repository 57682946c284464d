import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../cache.mjs';
import { findProgram } from '../run-program.mjs';
import { compileWorker } from './compile.mjs';
import { downloadPrebuilt, prebuiltAddress } from './prebuilt.mjs';
import { findWorker, workerFolders } from './worker-path.mjs';

/** What the worker exits with when it is started without MEDIASOUP_VERSION: a sign that it runs on this machine. */
const EXIT_WITHOUT_VERSION = 41;

/**
 * Tries to get the worker that mediasoup's authors built. A machine that cannot reach it goes on to the next step.
 *
 * @param {string} project
 * @returns {import('../step.mjs').Step}
 */
export function prebuiltWorker(project) {
  return {
    name: 'mediasoup worker',
    missing: () => (findWorker(project) ? undefined : 'looking for mediasoup’s own prebuilt one'),
    async make() {
      if (process.env.MEDIASOUP_WORKER_BIN)
        throw new Error(`MEDIASOUP_WORKER_BIN names no file: ${process.env.MEDIASOUP_WORKER_BIN}`);
      const manifest = JSON.parse(readFileSync(join(project, 'node_modules/mediasoup/package.json'), 'utf8'));
      try {
        await makeFolder(workerFolders(project).prebuilt, async (draft) => {
          await downloadPrebuilt(prebuiltAddress(manifest), draft);
          requireRunning(join(draft, 'mediasoup-worker'));
        });
        return undefined;
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        return `not to be had here: ${cause instanceof Error ? cause.message : cause}`;
      }
    },
  };
}

/**
 * Compiles the worker where there is no prebuilt one.
 *
 * @param {string} project
 * @returns {import('../step.mjs').Step}
 */
export function compiledWorker(project) {
  return {
    name: 'mediasoup worker',
    missing: () =>
      findWorker(project) ? undefined : 'compiling it from its npm package, once on a machine (1 to 4 minutes)',
    debianPackages: () => (findProgram('c++') && findProgram('cc') ? [] : ['g++']),
    async make(report) {
      if (!findProgram('apt-get')) {
        throw new Error(
          'it can be compiled on Debian only: build it as mediasoup’s documentation says and name it in MEDIASOUP_WORKER_BIN',
        );
      }
      const scratch = mkdtempSync(join(tmpdir(), 'mediasoup-worker-'));
      try {
        await makeFolder(workerFolders(project).compiled, async (draft) => {
          const binary = join(draft, 'mediasoup-worker');
          const sources = join(project, 'node_modules/mediasoup/worker');
          mkdirSync(join(scratch, 'build'));
          await compileWorker({ sources, scratch: join(scratch, 'build'), binary, report });
          requireRunning(binary);
        });
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}

/** @param {string} binary */
function requireRunning(binary) {
  if (!existsSync(binary)) throw new Error('the archive holds no mediasoup-worker');
  const { status, error } = spawnSync(binary, { env: {}, stdio: 'ignore', timeout: 10_000 });
  if (status !== EXIT_WITHOUT_VERSION)
    throw new Error(`the new mediasoup-worker does not run here (${error?.message ?? `exit ${status}`})`);
}
