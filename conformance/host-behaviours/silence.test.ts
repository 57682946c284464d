import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { fallSilent } from './silence.ts';

test('RTP falls silent while reports go on, then these too; both come back', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  let reports = 0;
  const { video } = callee.media.clocks;
  const { report } = video;
  video.report = (facts) => {
    reports += 1;
    report.call(video, facts);
  };
  try {
    fallSilent(caller, 'rtp');
    await sleep(100);
    const { packets } = callee.media.received.video;
    reports = 0;
    await sleep(1300);
    assert.equal(callee.media.received.video.packets, packets);
    assert.ok(reports >= 1, 'reports go on');
    fallSilent(caller, 'rtp-and-rtcp');
    await sleep(100);
    reports = 0;
    await sleep(1300);
    assert.equal(reports, 0);
    fallSilent(caller, 'nothing');
    assert.ok(await seesOther(callee, 1));
  } finally {
    await end();
  }
});
