import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RtpPacket } from './packet.ts';
import { ReorderBuffer } from './reorder-buffer.ts';

function packet(sequenceNumber: number): RtpPacket {
  return {
    payloadType: 96,
    marker: false,
    sequenceNumber: sequenceNumber & 0xffff,
    timestamp: 0,
    ssrc: 1,
    payload: Buffer.from([sequenceNumber & 0xff]),
  };
}

/** [sequence number, lostBefore] of what is released. */
function pop(buffer: ReorderBuffer, now: number): [number, number][] {
  return buffer.pop(now).packets.map(({ packet, lostBefore }) => [packet.sequenceNumber, lostBefore]);
}

describe('ReorderBuffer', () => {
  it('releases at once what is in order', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 100 });
    buffer.push(packet(65535), 0);
    assert.deepEqual(pop(buffer, 0), [[65535, 0]]);
    buffer.push(packet(0), 1);
    assert.deepEqual(
      buffer.pop(1).packets.map(({ extendedSequenceNumber }) => extendedSequenceNumber),
      [65536],
    );
    assert.equal(buffer.nextAt(), undefined);
  });

  it('waits for a gap and releases in order when it is filled', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 100 });
    for (const sequenceNumber of [10, 12, 13]) buffer.push(packet(sequenceNumber), 0);
    assert.deepEqual(pop(buffer, 99), [[10, 0]]);
    assert.deepEqual(buffer.missing(), [11]);
    assert.equal(buffer.nextAt(), 100);
    buffer.push(packet(11), 99);
    assert.deepEqual(buffer.missing(), []);
    assert.deepEqual(pop(buffer, 99), [
      [11, 0],
      [12, 0],
      [13, 0],
    ]);
  });

  it('gives a gap up after the wait, each from when it was noticed', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 100 });
    buffer.push(packet(1), 0);
    buffer.push(packet(4), 10);
    buffer.push(packet(6), 60);
    assert.deepEqual(pop(buffer, 109), [[1, 0]]);
    assert.deepEqual(pop(buffer, 110), [[4, 2]]);
    assert.equal(buffer.nextAt(), 160);
    assert.deepEqual(pop(buffer, 160), [[6, 1]]);
    assert.deepEqual(buffer.counters, { lost: 3, late: 0, duplicate: 0 });
    buffer.push(packet(2), 161);
    assert.deepEqual(pop(buffer, 161), []);
    assert.equal(buffer.counters.late, 1);
  });

  it('drops duplicates of held packets', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 100 });
    for (const sequenceNumber of [1, 3, 3]) buffer.push(packet(sequenceNumber), 0);
    buffer.push(packet(2), 0);
    assert.equal(pop(buffer, 0).length, 3);
    assert.equal(buffer.counters.duplicate, 1);
  });

  it('never spans more than its bound', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 1e9, maxPackets: 4 });
    for (const sequenceNumber of [1, 3, 5]) buffer.push(packet(sequenceNumber), 0);
    assert.deepEqual(pop(buffer, 0), [[1, 0]]);
    buffer.push(packet(6), 0);
    assert.deepEqual(pop(buffer, 0), [[3, 1]]);
    buffer.push(packet(30006), 0);
    assert.deepEqual(pop(buffer, 0), [
      [5, 1],
      [6, 0],
    ]);
    assert.deepEqual(buffer.missing(), [30003, 30004, 30005]);
    assert.deepEqual(pop(buffer, 1e9), [[30006, 29999]]);
  });

  it('bounds what nobody fetches, and tells of it', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 100, maxPackets: 8 });
    for (let sequenceNumber = 0; sequenceNumber < 1000; sequenceNumber++) buffer.push(packet(sequenceNumber), 0);
    const released = pop(buffer, 0);
    assert.equal(released.length, 8);
    assert.deepEqual(released[0], [992, 992]);
  });

  it('follows a shorter wait at once', () => {
    const buffer = new ReorderBuffer({ maxWaitMs: 200 });
    buffer.push(packet(1), 0);
    buffer.push(packet(3), 0);
    buffer.maxWaitMs = 50;
    assert.deepEqual(pop(buffer, 50), [
      [1, 0],
      [3, 1],
    ]);
  });

  it('releases ascending numbers, each once, and accounts for all that is missing', () => {
    const arrival = fc.record({ step: fc.integer({ min: -20, max: 25 }), wait: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 300 }),
        fc.integer({ min: 65000, max: 65535 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat({ max: 100 }),
        (arrivals, start, maxPackets, maxWaitMs) => {
          const buffer = new ReorderBuffer({ maxWaitMs, maxPackets });
          let now = 0;
          let at = start;
          let expected = start;
          let released = 0;
          const take = (time: number): void => {
            for (const { packet, extendedSequenceNumber, lostBefore } of buffer.pop(time).packets) {
              assert.equal(extendedSequenceNumber, expected + lostBefore);
              assert.equal(packet.sequenceNumber, extendedSequenceNumber & 0xffff);
              expected = extendedSequenceNumber + 1;
              released++;
            }
          };
          buffer.push(packet(start), now);
          take(now);
          for (const { step, wait } of arrivals) {
            at += step;
            now += wait;
            buffer.push(packet(at), now);
            take(now);
            assert.ok(buffer.missing().length < maxPackets);
          }
          take(now + maxWaitMs);
          assert.equal(buffer.nextAt(), undefined);
          assert.deepEqual(buffer.missing(), []);
          const { lost, late, duplicate } = buffer.counters;
          assert.equal(released + late + duplicate, arrivals.length + 1);
          assert.equal(released + lost, expected - start);
        },
      ),
    );
  });
});
