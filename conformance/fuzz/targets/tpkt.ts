import assert from 'node:assert/strict';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { capturedStreams, captureNames } from '#signaling/h323/captured/captured-messages.ts';
import { TpktError, TpktReader, writeTpkt } from '#signaling/h323/tpkt/tpkt.ts';

const LONGEST = 0xffff;
const HEADER = 4;

/** The same packets come wherever segments end; what waits is never longer than one packet. */
export const target: FuzzTarget = {
  title: 'TPKT packets on a connection',
  maximumLength: 70_000,
  seeds: () => [
    ...captureNames()
      .flatMap(capturedStreams)
      .map(({ chunks }) => Buffer.concat(chunks.map(({ data }) => data))),
    Buffer.concat([writeTpkt(Buffer.alloc(LONGEST - HEADER, 8)), writeTpkt(Buffer.from([8]))]),
    // Empty packets, which keep a connection alive.
    Buffer.from('0300000403000004', 'hex'),
  ],
  dictionary: ['03000004', '03000005', '0300ffff', '03000003', '03ff0008', '00030400'].map((octets) =>
    Buffer.from(octets, 'hex'),
  ),
  examine(input) {
    const whole = packetsOf([input]);
    // Wherever segments end, the same packets come.
    const step = 1 + ((input[input.length - 1] ?? 0) % 97);
    const parts: Buffer[] = [];
    for (let at = 0; at < input.length; at += step) parts.push(input.subarray(at, at + step));
    const cut = packetsOf(parts);
    // A fault takes the packets before it along in its chunk: no more come whole than cut.
    assert.equal(cut.isFaulty, whole.isFaulty);
    assert.deepEqual(cut.packets.slice(0, whole.packets.length), whole.packets);
    if (whole.isFaulty) return;
    assert.equal(cut.packets.length, whole.packets.length);
    assert.equal(cut.pending, whole.pending);
    const octets = whole.packets.reduce((sum, { length }) => sum + HEADER + length, whole.pending);
    assert.ok(octets <= input.length && whole.pending < LONGEST);
    assert.deepEqual(packetsOf([Buffer.concat(whole.packets.map(writeTpkt))]).packets, whole.packets);
  },
};

function packetsOf(chunks: readonly Buffer[]): { packets: Buffer[]; pending: number; isFaulty: boolean } {
  const reader = new TpktReader();
  const packets: Buffer[] = [];
  try {
    for (const chunk of chunks) packets.push(...reader.push(chunk));
  } catch (error) {
    if (!(error instanceof TpktError)) throw error;
    return { packets, pending: 0, isFaulty: true };
  }
  return { packets, pending: reader.pending, isFaulty: false };
}
