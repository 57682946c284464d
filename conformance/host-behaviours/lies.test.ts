import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { LIES, lie } from './lies.ts';

test('every lie is told, and the truth goes on after it', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  try {
    for (const what of LIES) {
      lie(caller, what);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.ok(await seesOther(callee, 1), what);
    }
  } finally {
    await end();
  }
});
