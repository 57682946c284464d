import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RtpPacket } from './packet.ts';
import { SourceTracker } from './source-validation.ts';

function packet(ssrc: number, sequenceNumber: number): RtpPacket {
  return {
    payloadType: 96,
    marker: false,
    sequenceNumber: sequenceNumber & 0xffff,
    timestamp: 0,
    ssrc,
    payload: Buffer.alloc(1),
  };
}

/** A tracker that listens to source 1, heard last with sequence number 100 at 1000 ms. */
function listening(): SourceTracker {
  const tracker = new SourceTracker();
  tracker.decide(packet(1, 99), 980);
  tracker.decide(packet(1, 100), 1000);
  return tracker;
}

describe('SourceTracker', () => {
  it('takes the first packet of all at once', () => {
    const tracker = new SourceTracker();
    const first = packet(1, 65535);
    assert.deepEqual(tracker.decide(first, 0), { verdict: 'switched', packets: [first] });
    const next = packet(1, 0);
    assert.deepEqual(tracker.decide(next, 20), { verdict: 'accept', packets: [next] });
    assert.equal(tracker.ssrc, 1);
  });

  it('goes over to a new SSRC when the old one is silent, and loses no packet of it', () => {
    const tracker = listening();
    const packets = [packet(2, 65534), packet(2, 0), packet(2, 65535), packet(2, 1)];
    const times = [1020, 1090, 1095, 1100];
    const decisions = packets.map((received, index) => tracker.decide(received, times[index] ?? 0));
    assert.deepEqual(
      decisions.map(({ verdict }) => verdict),
      ['probation', 'probation', 'probation', 'switched'],
    );
    assert.deepEqual(
      decisions.at(-1)?.packets.map(({ sequenceNumber }) => sequenceNumber),
      [65534, 65535, 0, 1],
    );
    assert.equal(tracker.ssrc, 2);
    assert.equal(tracker.decide(packet(1, 101), 1120).verdict, 'probation');
  });

  it('is not taken over by a stray, nor by two sources in turns', () => {
    const tracker = listening();
    assert.equal(tracker.decide(packet(9, 5), 5000).verdict, 'probation');
    for (let i = 0; i < 200; i++) {
      const now = 5010 + i * 10;
      assert.equal(tracker.decide(packet(1, 101 + i), now).verdict, 'accept');
      assert.equal(tracker.decide(packet(2, i), now + 5).verdict, 'probation');
    }
    assert.equal(tracker.ssrc, 1);
  });

  it('does not flap between two sources that speak in bursts', () => {
    const tracker = listening();
    let switches = 0;
    for (let i = 0; i < 3000; i++) {
      const ssrc = Math.floor(i / 30) % 2 === 0 ? 2 : 1;
      if (tracker.decide(packet(ssrc, 1000 + i), 1000 + i * 10).verdict === 'switched') switches++;
    }
    assert.ok(switches <= 2, `${switches} switches`);
  });

  it('needs no silence after a goodbye', () => {
    const tracker = listening();
    tracker.leave(7);
    assert.equal(tracker.ssrc, 1);
    tracker.leave(1);
    assert.equal(tracker.decide(packet(2, 7), 1001).verdict, 'switched');
  });

  it('takes loss, reordering and late answers to NACK for what they are', () => {
    const tracker = new SourceTracker();
    tracker.decide(packet(1, 60000), 0);
    for (const sequenceNumber of [62000, 61500, 61001, 65000, 64999, 65536 + 400]) {
      assert.equal(tracker.decide(packet(1, sequenceNumber), 10).verdict, 'accept', String(sequenceNumber));
    }
  });

  it('follows a source that begins anew far away, but not a single wild packet', () => {
    const tracker = listening();
    assert.equal(tracker.decide(packet(1, 40000), 1010).verdict, 'probation');
    assert.equal(tracker.decide(packet(1, 101), 1020).verdict, 'accept');
    assert.equal(tracker.decide(packet(1, 20000), 1030).verdict, 'probation');
    const restarted = tracker.decide(packet(1, 20001), 1040);
    assert.equal(restarted.verdict, 'switched');
    assert.equal(restarted.packets.length, 2);
    assert.equal(tracker.decide(packet(1, 20002), 1050).verdict, 'accept');
  });

  it('follows a source that begins anew a little further back', () => {
    const tracker = new SourceTracker();
    tracker.decide(packet(1, 500), 0);
    const verdicts = Array.from({ length: 40 }, (_, i) => tracker.decide(packet(1, 100 + i), i * 20).verdict);
    assert.equal(verdicts.indexOf('switched'), 19);
    assert.equal(verdicts.lastIndexOf('switched'), 19);
    assert.ok(verdicts.slice(20).every((verdict) => verdict === 'accept'));
  });

  it('does not take many answers to NACK between new packets for a new beginning', () => {
    const tracker = new SourceTracker();
    for (let i = 0; i < 100; i++) {
      tracker.decide(packet(1, 500 + i), i * 5);
      assert.equal(tracker.decide(packet(1, 100 + i), i * 5).verdict, 'accept');
    }
  });

  it('hands out each packet at most once, whatever comes', () => {
    const arrival = fc.record({
      ssrc: fc.integer({ min: 1, max: 3 }),
      sequenceNumber: fc.nat({ max: 65535 }),
      run: fc.integer({ min: 1, max: 80 }),
      wait: fc.nat({ max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 40 }), (arrivals) => {
        const tracker = new SourceTracker();
        const handedOut = new Set<RtpPacket>();
        let now = 0;
        for (const { ssrc, sequenceNumber, run, wait } of arrivals) {
          now += wait;
          for (let i = 0; i < run; i++) {
            now += 5;
            const decision = tracker.decide(packet(ssrc, sequenceNumber + i), now);
            assert.equal(decision.packets.length === 0, decision.verdict === 'probation');
            assert.ok(decision.packets.length <= 64);
            for (const given of decision.packets) {
              assert.ok(!handedOut.has(given));
              assert.equal(given.ssrc, tracker.ssrc);
              handedOut.add(given);
            }
          }
        }
      }),
    );
  });
});
