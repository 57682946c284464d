import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { type HoldSpelling, hold, resume } from './hold.ts';

const SPELLINGS: readonly (readonly [HoldSpelling, RegExp])[] = [
  ['a=sendonly', /a=sendonly[\s\S]*a=sendonly/],
  ['a=inactive', /a=inactive[\s\S]*a=inactive/],
  ['c=0.0.0.0', /c=IN IP4 0\.0\.0\.0[\s\S]*c=IN IP4 0\.0\.0\.0/],
];

test('hold in three spellings stops everything, and resuming brings it back', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  try {
    for (const [spelling, expected] of SPELLINGS) {
      await hold(caller, spelling);
      assert.match(caller.dialog.local.sdp, expected);
      await sleep(100);
      const before = [caller.media.received, callee.media.received];
      await sleep(300);
      assert.deepEqual([caller.media.received, callee.media.received], before, spelling);
      await resume(caller);
      assert.doesNotMatch(caller.dialog.local.sdp, expected);
      assert.deepEqual(await Promise.all([seesOther(caller, 2), seesOther(callee, 1)]), [true, true], spelling);
    }
  } finally {
    await end();
  }
});
