import assert from 'node:assert/strict';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { ReorderBuffer } from '#codecs/rtp/reorder-buffer.ts';
import { SourceTracker } from '#codecs/rtp/source-validation.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

/** Octets that stand for a packet: source, milliseconds since the last one, two of sequence number. */
const STEP = 4;
const WINDOW = 64;
const MAX_WAIT = 40;
/** Packets of a source on probation that are held (source-validation.ts). */
const MAX_HELD = 64;

/** Sequence numbers in order, each with what is changed about it. */
function run(change: (index: number) => { source?: number; wait?: number; number?: number }): Buffer {
  return Buffer.concat(
    Array.from({ length: 60 }, (_, index) => {
      const { source = 1, wait = 5, number = index } = change(index);
      const step = Buffer.from([source, wait, 0, 0]);
      step.writeUInt16BE((65_500 + number) & 0xffff, 2);
      return step;
    }),
  );
}

/** Packets leave in order, every gap is told, nothing waits longer than it may. */
export const target: FuzzTarget = {
  title: 'order and source of RTP packets',
  maximumLength: 4000,
  seeds: () => [
    run(() => ({})),
    run((index) => ({ number: index % 7 === 3 ? index + 2 : index })),
    run((index) => ({ number: index * 3 })),
    run((index) => ({ number: index > 30 ? index + 5000 : index })),
    run((index) => ({ source: index > 30 ? 2 : 1, wait: index === 30 ? 200 : 5 })),
    run((index) => ({ source: index % 2 })),
    run((index) => ({ number: index > 30 ? index - 25 : index })),
  ],
  dictionary: ['01050000', '0105ffff', '02ff8000', '01000bb8', '0100fc18'].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    const tracker = new SourceTracker();
    let buffer = new ReorderBuffer({ maxWaitMs: MAX_WAIT, maxPackets: WINDOW });
    let last: number | undefined;
    let now = 0;
    for (let at = 0; at + STEP <= input.length; at += STEP) {
      now += input.readUInt8(at + 1);
      const { verdict, packets } = tracker.decide(packetAt(input, at), now);
      assert.ok(packets.length <= MAX_HELD && packets.length > 0 === (verdict !== 'probation'));
      if (verdict === 'switched') {
        buffer = new ReorderBuffer({ maxWaitMs: MAX_WAIT, maxPackets: WINDOW });
        last = undefined;
      }
      for (const packet of packets) buffer.push(packet, now);
      const missing = buffer.missing();
      assert.ok(missing.length <= WINDOW);
      for (const { packet, extendedSequenceNumber, lostBefore } of buffer.pop(now).packets) {
        assert.equal(extendedSequenceNumber & 0xffff, packet.sequenceNumber);
        if (last !== undefined) assert.equal(extendedSequenceNumber, last + 1 + lostBefore, 'no gap is left unsaid');
        last = extendedSequenceNumber;
      }
      const next = buffer.nextAt();
      assert.ok(next === undefined || (next > now && next <= now + MAX_WAIT), 'what waits is waited for');
    }
  },
};

function packetAt(input: Buffer, at: number): RtpPacket {
  return {
    payloadType: 96,
    marker: false,
    sequenceNumber: input.readUInt16BE(at + 2),
    timestamp: 0,
    ssrc: input.readUInt8(at) % 4,
    payload: input.subarray(at, at + STEP),
  };
}
