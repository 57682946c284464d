import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RtpPacket } from './packet.ts';
import { RetransmissionHistory } from './retransmission-history.ts';

function packet(sequenceNumber: number): RtpPacket {
  return { payloadType: 96, marker: false, sequenceNumber, timestamp: 0, ssrc: 1, payload: Buffer.alloc(1) };
}

describe('RetransmissionHistory', () => {
  it('gives a packet that is young enough', () => {
    const history = new RetransmissionHistory({ maxAgeMs: 100 });
    const sent = packet(65535);
    history.store(sent, 0);
    assert.equal(history.take(65535, 100), sent);
    assert.equal(history.take(65535, 101), undefined);
    assert.equal(history.take(0, 0), undefined);
  });

  it('remembers at least so many and across the wrap, older ones are gone', () => {
    const history = new RetransmissionHistory({ maxPackets: 100 });
    for (let i = 0; i < 300; i++) history.store(packet((65400 + i) & 0xffff), 0);
    for (let i = 200; i < 300; i++) assert.ok(history.take((65400 + i) & 0xffff, 0), String(i));
    assert.equal(history.take(65400, 0), undefined);
  });

  it('does not answer two requests within a round trip', () => {
    const history = new RetransmissionHistory();
    history.store(packet(1), 0);
    assert.equal(history.take(1, 49, 50), undefined);
    assert.ok(history.take(1, 50, 50));
    assert.equal(history.take(1, 99, 50), undefined);
    assert.ok(history.take(1, 100, 50));
  });

  it('refuses a size that cannot be', () => {
    assert.throws(() => new RetransmissionHistory({ maxPackets: 0 }), RangeError);
    assert.throws(() => new RetransmissionHistory({ maxPackets: 65536 }), RangeError);
  });
});
