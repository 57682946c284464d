import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress } from './progress.mjs';

function capture() {
  let text = '';
  let time = 1_000;
  const progress = createProgress({
    write: (chunk: string) => {
      text += chunk;
      return true;
    },
    now: () => {
      time += 2_500;
      return time;
    },
  });
  return { progress, text: () => text };
}

test('a step is told with its reason, its outcome and how long it took', async () => {
  const { progress, text } = capture();
  await progress.step({ name: 'worker', why: 'not there' }, async () => {});
  await progress.step({ name: 'prebuilt', why: 'looking' }, async () => 'not to be had');
  assert.equal(
    text(),
    'setup: worker: not there\nsetup: worker: done (2.5 s)\nsetup: prebuilt: looking\nsetup: prebuilt: not to be had (2.5 s)\n',
  );
});

test('a step that fails is told and passed on', async () => {
  const { progress, text } = capture();
  await assert.rejects(
    progress.step({ name: 'pages', why: 'changed' }, () => Promise.reject(new Error('syntax'))),
    /syntax/,
  );
  assert.match(text(), /pages: failed after 2\.5 s/);
});
