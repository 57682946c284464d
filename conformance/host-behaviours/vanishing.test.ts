import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { crash, loseSignalling } from './vanishing.ts';

test('a crash ends everything without a word', async () => {
  const { caller, callee } = await callBetweenHosts();
  await crash(caller);
  await sleep(200);
  const before = callee.media.received;
  await sleep(300);
  assert.equal(callee.endedByPeer, false, 'no BYE came');
  assert.deepEqual(callee.media.received, before, 'nothing is sent any more');
  await crash(callee);
});

test('signalling may die while media go on', async () => {
  const { caller, callee } = await callBetweenHosts();
  await loseSignalling(caller);
  await sleep(200);
  assert.ok(await seesOther(callee, 1));
  assert.equal(callee.endedByPeer, false);
  await caller.media.close();
  await crash(callee);
});
