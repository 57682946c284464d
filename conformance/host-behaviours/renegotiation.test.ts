import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../media/until.ts';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { renegotiate, renegotiateWithoutOffer } from './renegotiation.ts';

test('codecs change by re-INVITE, both ways, and pictures and sound go on', async () => {
  const { caller, callee, end } = await callBetweenHosts({
    sounds: ['opus', 'PCMA', 'G722'],
    pictures: ['H264/1', 'H264/0', 'VP8'],
  });
  try {
    for (const [audio, video] of [
      ['PCMA', 'VP8'],
      ['G722', 'H264/0'],
      ['opus', 'H264/1'],
    ] as const) {
      const heard: string[] = [];
      callee.media.on('sound', ({ codec }) => heard.push(codec));
      await renegotiate(caller, { audio: [audio], video: [video] });
      const seen = await callee.media.waitForPicture(
        ({ codec, marks }) => codec === (video === 'VP8' ? 'VP8' : 'H264') && marks.some(({ host }) => host === 1),
        3000,
      );
      assert.ok(seen, `the callee sees ${video}`);
      assert.ok(await seesOther(caller, 2), `the caller sees ${video}`);
      await until(`the callee hears ${audio}`, 2000, () => (heard.at(-1) === audio ? true : undefined));
      assert.equal(callee.media.negotiated.audio?.send.name, audio);
    }
    assert.deepEqual([...caller.media.faults, ...callee.media.faults], []);
  } finally {
    await end();
  }
});

test('ports and address change by re-INVITE', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  try {
    const before = caller.media.transport;
    await renegotiate(caller, {}, { address: '127.0.0.2' });
    assert.notEqual(caller.media.transport.main.port, before.main.port);
    assert.deepEqual(callee.media.negotiated.video?.remote, caller.media.transport.main);
    assert.equal(caller.media.transport.main.address, '127.0.0.2');
    assert.deepEqual(await Promise.all([seesOther(caller, 2), seesOther(callee, 1)]), [true, true]);
  } finally {
    await end();
  }
});

test('a re-INVITE without an offer is answered with one', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  try {
    await renegotiateWithoutOffer(caller);
    assert.deepEqual(await Promise.all([seesOther(caller, 2), seesOther(callee, 1)]), [true, true]);
  } finally {
    await end();
  }
});
