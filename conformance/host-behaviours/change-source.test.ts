import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { changeSource, restartNumbers } from './change-source.ts';

test('another source, and the same one with other numbers, are followed', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  try {
    assert.ok(await seesOther(callee, 1));
    const ssrc = caller.media.streams.video.ssrc;
    restartNumbers(caller);
    assert.equal(caller.media.streams.video.ssrc, ssrc);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(await seesOther(callee, 1));
    assert.equal(callee.media.pictureSources, 2);
    changeSource(caller);
    assert.notEqual(caller.media.streams.video.ssrc, ssrc);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(await seesOther(callee, 1));
    assert.equal(callee.media.pictureSources, 3);
  } finally {
    await end();
  }
});
