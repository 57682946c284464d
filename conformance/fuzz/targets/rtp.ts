import assert from 'node:assert/strict';
import { isRtcp, parseRtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { capturedDatagrams } from '#conformance/fuzz/captured.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

/** Octets of a datagram on the line; larger ones come on loopback only. */
const MAXIMUM_LENGTH = 2000;

/** Padding is no part of the payload; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'RTP packets',
  maximumLength: MAXIMUM_LENGTH,
  seeds: () => [
    ...capturedDatagrams()
      .filter((_, index) => index % 20 === 0)
      .map(({ payload }) => payload),
    // CSRC list, header extension of one word, padding of four octets.
    Buffer.from('b26000010000000200000003aaaaaaaabbbbbbbbbede000110ff000068656c6c6f000004', 'hex'),
  ],
  dictionary: [Buffer.from('bede0001', 'hex'), Buffer.from('10000001', 'hex')],
  examine(input) {
    isRtcp(input);
    const packet = parseRtpPacket(input);
    if (packet === undefined) return;
    const padding = (input.readUInt8(0) & 0x20) === 0 ? 0 : input.readUInt8(input.length - 1);
    assert.ok(packet.payload.length + padding <= input.length - 12, 'padding is no part of header or payload');
    const written = writeRtpPacket(packet);
    const again = parseRtpPacket(written);
    assert.ok(again, 'what was written is RTP');
    const { payload, ...header } = again;
    const { payload: before, ...headerBefore } = packet;
    assert.deepEqual(header, headerBefore);
    assert.ok(Buffer.from(payload).equals(before));
  },
};
