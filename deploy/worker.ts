import { fileURLToPath } from 'node:url';
import { findWorker } from './setup/worker/worker-path.mjs';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The mediasoup worker to run: the one that the environment variable MEDIASOUP_WORKER_BIN names, else the one that the
 * setup downloaded or compiled for the mediasoup version of this checkout.
 *
 * @returns absolute path of an executable
 * @throws {Error} when there is none, with what to do
 */
export function mediasoupWorkerPath(): string {
  const path = findWorker(PROJECT);
  if (path !== undefined) return path;
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) throw new Error(`MEDIASOUP_WORKER_BIN names no file: ${named}`);
  throw new Error('there is no mediasoup worker for this checkout yet: run `node deploy/setup.mjs start`');
}
