import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Pacer } from './pacer.ts';
import type { RtpPacket } from './packet.ts';

/** 960 octets of payload are 8000 bits on the line. */
function packets(count: number, length = 960): RtpPacket[] {
  return Array.from({ length: count }, (_, sequenceNumber) => ({
    payloadType: 96,
    marker: false,
    sequenceNumber,
    timestamp: 0,
    ssrc: 1,
    payload: Buffer.alloc(length),
  }));
}

/** Serves the pacer as a timer that is always right would; returns when each packet went. */
function drain(pacer: Pacer): number[] {
  const times: number[] = [];
  for (let at = pacer.nextAt(); at !== undefined; at = pacer.nextAt()) {
    const now = at;
    times.push(...pacer.due(now).map(() => now));
  }
  return times;
}

describe('Pacer', () => {
  it('spreads packets at the rate', () => {
    const pacer = new Pacer({ rate: 1_000_000 });
    assert.equal(pacer.nextAt(), undefined);
    pacer.enqueue(packets(4), 100);
    assert.deepEqual(drain(pacer), [100, 108, 116, 124]);
  });

  it('keeps the rate across pictures, and saves no allowance while idle', () => {
    const pacer = new Pacer({ rate: 1_000_000 });
    pacer.enqueue(packets(2), 0);
    pacer.due(0);
    pacer.enqueue(packets(1), 1);
    assert.deepEqual(drain(pacer), [8, 16]);
    pacer.enqueue(packets(2), 5000);
    assert.deepEqual(drain(pacer), [5000, 5008]);
  });

  it('catches up after a timer that came late, but not on a long stop', () => {
    const pacer = new Pacer({ rate: 1_000_000 });
    pacer.enqueue(packets(20), 0);
    assert.equal(pacer.due(16).length, 3);
    assert.equal(pacer.due(100).length, 3);
  });

  it('raises the rate rather than let a packet wait too long', () => {
    const pacer = new Pacer({ rate: 100_000, maxDelayMs: 100 });
    pacer.enqueue(packets(50), 0);
    const times = drain(pacer);
    assert.equal(times.length, 50);
    const last = times.at(-1) ?? Number.NaN;
    assert.ok(last > 90 && last <= 100, `the queue is out after ${last} ms`);
    pacer.rate = 2_000_000;
    pacer.enqueue(packets(2), 10_000);
    assert.deepEqual(drain(pacer), [10_000, 10_004]);
  });

  it('refuses a picture as a whole when there is no room', () => {
    const pacer = new Pacer({ rate: 1_000_000, maxPackets: 10 });
    assert.equal(pacer.enqueue(packets(8), 0), true);
    assert.equal(pacer.enqueue(packets(3), 0), false);
    assert.equal(pacer.queued, 8);
    assert.equal(pacer.enqueue(packets(2), 0), true);
  });

  it('refuses a rate of nothing', () => {
    assert.throws(() => new Pacer({ rate: 0 }), RangeError);
    const pacer = new Pacer({ rate: 1 });
    assert.throws(() => {
      pacer.rate = Number.NaN;
    }, RangeError);
  });

  it('never reorders, loses nothing that it took and never sends much above its rate', () => {
    const picture = fc.record({ count: fc.integer({ min: 1, max: 20 }), wait: fc.integer({ min: 0, max: 100 }) });
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 40 }), fc.integer({ min: 1, max: 15 }), (pictures, timer) => {
        const pacer = new Pacer({ rate: 1_000_000, maxPackets: 60, maxDelayMs: 1e6 });
        const taken: RtpPacket[] = [];
        const sent: RtpPacket[] = [];
        let now = 0;
        const serve = (until: number): void => {
          for (; now < until; now += timer) sent.push(...pacer.due(now));
        };
        for (const { count, wait } of pictures) {
          const picture = packets(count);
          if (pacer.enqueue(picture, now)) taken.push(...picture);
          serve(now + wait);
          assert.ok(sent.length * 8 <= now + 20 + 8 + timer, `${sent.length} packets by ${now} ms`);
        }
        serve(now + 10_000);
        assert.equal(sent.length, taken.length);
        assert.ok(sent.every((packet, index) => packet === taken[index]));
      }),
    );
  });
});
