import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediasoupWorkerPath } from './worker.ts';

test('a worker that is named but not there is an error that names it', (t) => {
  const before = process.env.MEDIASOUP_WORKER_BIN;
  t.after(() => {
    if (before === undefined) delete process.env.MEDIASOUP_WORKER_BIN;
    else process.env.MEDIASOUP_WORKER_BIN = before;
  });
  process.env.MEDIASOUP_WORKER_BIN = '/nowhere/mediasoup-worker';
  assert.throws(() => mediasoupWorkerPath(), /names no file: \/nowhere\/mediasoup-worker/);
  process.env.MEDIASOUP_WORKER_BIN = process.execPath;
  assert.equal(mediasoupWorkerPath(), process.execPath);
});
