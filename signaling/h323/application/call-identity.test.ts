import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { capturedCalls } from '../captured/captured-calls.ts';
import { ReplayedCall } from '../captured/replayed-call.ts';
import { ScriptedPeer } from '../captured/scripted-peer.ts';

test('a room that calls again with the same identifier and reference has a call of its own', async () => {
  const [call] = capturedCalls('h323plus-h264.pcap');
  assert.ok(call !== undefined);
  const replay = await ReplayedCall.begin({ call, plays: 'caller' });
  let again: ScriptedPeer | undefined;
  try {
    await replay.peer.play(replay.peer.length.untilEnd);
    const first = (await replay.party).call;
    const arriving = once(replay.application, 'call');
    again = await ScriptedPeer.calling(
      { call, address: '127.0.0.3', opened: ['audio', 'picture'] },
      replay.application.address,
    );
    await again.play(1);
    const [second] = await arriving;
    assert.notEqual(second.id, first.id);
    assert.ok(second.isKnownAs(first.id.slice(0, 32)));

    const ended = once(first, 'ended');
    replay.peer.cut();
    assert.deepEqual(await ended, ['connection-lost']);
    assert.equal(second.isEnded, false);
  } finally {
    again?.cut();
    await replay.close();
  }
});
