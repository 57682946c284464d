import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactNtp, compactNtpSpan, unixMsFromNtp } from '#codecs/rtcp/ntp.ts';
import { SendStream } from './send-stream.ts';

const PAYLOAD = { payloadType: 97, marker: false, payload: Buffer.alloc(100) };

test('a sender report lays timestamp and wall clock side by side to within a millisecond', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8000, 48_000, 90_000),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.double({ min: -500, max: 60_000, noNaN: true }),
      (clockRate, timestamp, time, later) => {
        const offset = 1_790_000_000_000;
        const stream = new SendStream(7, clockRate, 0);
        stream.next({ ...PAYLOAD, timestamp }, time);
        const report = stream.report(time + later, offset + time + later);
        assert.ok(report);
        // What a receiver reckons: when was the sample of `timestamp` taken?
        const behind = (report.rtpTimestamp - timestamp) | 0;
        const taken = unixMsFromNtp(report.ntp) - (behind * 1000) / clockRate;
        assert.ok(Math.abs(taken - (offset + time)) < 1, `${taken - (offset + time)} ms off`);
      },
    ),
  );
});

test('there is nothing to report before the first packet', () => {
  assert.equal(new SendStream(7, 90_000, 0).report(1000, 2000), undefined);
});

test('packets are numbered in turn past 65535, left out numbers stay missing, and payload octets are counted', () => {
  const stream = new SendStream(7, 90_000, 65_534);
  const numbers = [0, 1, 2].map((index) => stream.next({ ...PAYLOAD, timestamp: index }, index).sequenceNumber);
  assert.deepEqual(numbers, [65_534, 65_535, 0]);
  stream.skip(3);
  const packet = stream.next({ ...PAYLOAD, timestamp: 2 ** 32 + 5 }, 3);
  assert.equal(packet.sequenceNumber, 4);
  assert.equal(packet.timestamp, 5, 'timestamps wrap');
  assert.deepEqual(stream.counters, { packets: 4, bytes: 400, lost: 0, jitter: 0 });
  const report = stream.report(10, 1_790_000_000_000);
  assert.equal(report?.packetCount, 4);
  assert.equal(report?.octetCount, 400);
});

test('what the peer reports becomes loss, jitter in ms and round trip', () => {
  const stream = new SendStream(7, 90_000, 0);
  stream.next({ ...PAYLOAD, timestamp: 0 }, 0);
  const wall = 1_790_000_000_000;
  const report = stream.report(0, wall);
  assert.ok(report);
  const block = {
    ssrc: 7,
    fractionLost: 10,
    cumulativeLost: 12,
    extendedHighestSequenceNumber: 1,
    jitter: 900,
    lastSenderReport: compactNtp(report.ntp),
    delaySinceLastSenderReport: compactNtpSpan(500),
  };
  assert.equal(stream.roundTrip, undefined);
  stream.reported(block, wall + 580);
  assert.ok(Math.abs((stream.roundTrip ?? 0) - 80) < 0.1, `${stream.roundTrip}`);
  assert.equal(stream.counters.lost, 12);
  assert.equal(stream.counters.jitter, 10);
  // Duplicates make the cumulative loss negative (RFC 3550 §6.4.1); a report without LSR leaves the round trip as it was.
  stream.reported({ ...block, cumulativeLost: -3, lastSenderReport: 0 }, wall + 1000);
  assert.equal(stream.counters.lost, 0);
  assert.ok(Math.abs((stream.roundTrip ?? 0) - 80) < 0.1);
});
