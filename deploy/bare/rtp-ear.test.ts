import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRtp } from './rtp-ear.ts';

test('RTP is told by version, payload type and length; RTCP is not taken for it', () => {
  const packet = (first: number, second: number, length = 20) => {
    const bytes = new Uint8Array(length);
    bytes.set([first, second].slice(0, length));
    return bytes;
  };
  assert.ok(isRtp(packet(0x80, 96), 96));
  assert.ok(isRtp(packet(0x90, 0x80 | 96), 96), 'with an extension and the marker');
  assert.ok(!isRtp(packet(0x80, 97), 96));
  assert.ok(!isRtp(packet(0x40, 96), 96));
  assert.ok(!isRtp(packet(0x80, 200), 96));
  assert.ok(!isRtp(packet(0x80, 96, 12), 96));
  assert.ok(!isRtp(packet(0x80, 96, 1), 96));
  assert.ok(!isRtp(new Uint8Array(), 96));
});
