import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RtpPacket } from './packet.ts';
import { ReceptionStatistics } from './reception-statistics.ts';

function packet(sequenceNumber: number, timestamp = 0, ssrc = 1): RtpPacket {
  return {
    payloadType: 8,
    marker: false,
    sequenceNumber: sequenceNumber & 0xffff,
    timestamp: timestamp >>> 0,
    ssrc,
    payload: Buffer.alloc(160),
  };
}

describe('ReceptionStatistics', () => {
  it('has nothing to report before the first packet', () => {
    const statistics = new ReceptionStatistics(8000);
    assert.equal(statistics.reportBlock(0), undefined);
    assert.deepEqual(statistics.counters, { packets: 0, bytes: 0, lost: 0 });
  });

  it('counts loss since the beginning and since the last report, across the wrap', () => {
    const statistics = new ReceptionStatistics(8000);
    for (const sequenceNumber of [65533, 65534, 0, 1]) statistics.received(packet(sequenceNumber), 0);
    const first = statistics.reportBlock(0);
    assert.equal(first?.cumulativeLost, 1);
    assert.equal(first?.fractionLost, Math.floor(256 / 5));
    assert.equal(first?.extendedHighestSequenceNumber, 65537);
    for (const sequenceNumber of [2, 3, 4, 5]) statistics.received(packet(sequenceNumber), 0);
    const second = statistics.reportBlock(0);
    assert.equal(second?.cumulativeLost, 1);
    assert.equal(second?.fractionLost, 0);
    for (const sequenceNumber of [6, 9]) statistics.received(packet(sequenceNumber), 0);
    const third = statistics.reportBlock(0);
    assert.equal(third?.cumulativeLost, 3);
    assert.equal(third?.fractionLost, 128);
    assert.deepEqual(statistics.counters, { packets: 10, bytes: 1600, lost: 3 });
  });

  it('takes a packet that was sent again for received, and duplicates below nothing', () => {
    const statistics = new ReceptionStatistics(8000);
    for (const sequenceNumber of [10, 12, 11, 11, 11]) statistics.received(packet(sequenceNumber), 0);
    assert.equal(statistics.reportBlock(0)?.cumulativeLost, -2);
    assert.equal(statistics.counters.lost, 0);
  });

  it('reckons no jitter on an even line and converges on the deviation of an uneven one', () => {
    const even = new ReceptionStatistics(8000);
    for (let i = 0; i < 500; i++) even.received(packet(i, 0xffff_f000 + i * 160), i * 20);
    assert.equal(even.reportBlock(0)?.jitter, 0);
    const uneven = new ReceptionStatistics(8000);
    for (let i = 0; i < 500; i++) uneven.received(packet(i, i * 160), i * 20 + (i % 2) * 5);
    assert.equal(uneven.reportBlock(0)?.jitter, 39);
    assert.ok(Math.abs(uneven.jitterMs - 5) < 0.1);
  });

  it('leaves packets that were overtaken out of the jitter', () => {
    const statistics = new ReceptionStatistics(8000);
    for (const i of [0, 1, 3, 4, 5]) statistics.received(packet(i, i * 160), i * 20);
    statistics.received(packet(2, 320), 500);
    assert.equal(statistics.reportBlock(0)?.jitter, 0);
  });

  it('leaves empty packets out of the jitter', () => {
    const statistics = new ReceptionStatistics(8000);
    for (let i = 0; i < 50; i++) statistics.received(packet(i, 40_000 + i * 160), i * 20);
    statistics.received({ ...packet(50), payload: Buffer.alloc(0) }, 1000);
    statistics.received(packet(51, 40_000 + 51 * 160), 1020);
    assert.equal(statistics.reportBlock(0)?.jitter, 0);
  });

  it('answers the last sender report of its source', () => {
    const statistics = new ReceptionStatistics(8000);
    statistics.received(packet(1), 0);
    assert.equal(statistics.reportBlock(0)?.lastSenderReport, 0);
    statistics.senderReport({ ssrc: 2, ntp: { seconds: 9, fraction: 0 } }, 1000);
    assert.equal(statistics.reportBlock(1000)?.lastSenderReport, 0);
    statistics.senderReport({ ssrc: 1, ntp: { seconds: 0x12345678, fraction: 0x9abcdef0 } }, 1000);
    const block = statistics.reportBlock(1500);
    assert.equal(block?.lastSenderReport, 0x56789abc);
    assert.equal(block?.delaySinceLastSenderReport, 32768);
  });

  it('begins anew with another SSRC or far away, and keeps the sums', () => {
    const statistics = new ReceptionStatistics(8000);
    for (const sequenceNumber of [1, 3]) statistics.received(packet(sequenceNumber), 0);
    for (const sequenceNumber of [500, 502]) statistics.received(packet(sequenceNumber, 0, 2), 0);
    assert.equal(statistics.reportBlock(0)?.ssrc, 2);
    statistics.received(packet(30000, 0, 2), 0);
    const block = statistics.reportBlock(0);
    assert.equal(block?.cumulativeLost, 0);
    assert.equal(block?.extendedHighestSequenceNumber, 30000);
    assert.deepEqual(statistics.counters, { packets: 5, bytes: 800, lost: 2 });
  });

  it('accounts for every packet of any schedule of loss', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 65535 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 300 }),
        (start, steps) => {
          const statistics = new ReceptionStatistics(90000);
          let at = start;
          statistics.received(packet(at), 0);
          for (const step of steps) {
            at += step;
            statistics.received(packet(at), 0);
          }
          const block = statistics.reportBlock(0);
          assert.equal(block?.extendedHighestSequenceNumber, at);
          assert.equal(block?.cumulativeLost, at - start - steps.length);
          assert.equal(statistics.counters.lost, at - start - steps.length);
        },
      ),
    );
  });
});
