import assert from 'node:assert/strict';
import { isRtcp, parseRtpPacket } from '#codecs/rtp/packet.ts';
import { payloadDuration, splitSampledAudio } from '#codecs/rtp/payload/audio.ts';
import { capturedDatagrams } from '#conformance/fuzz/captured.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

/** Units of Opus' clock in its longest packet, 120 ms (RFC 6716 §3.1), and in its shortest frame, 2.5 ms. */
const LONGEST = 5760;
const SHORTEST_FRAME = 120;

export const target: FuzzTarget = {
  title: 'RTP payloads of Opus, G.711 and G.722',
  maximumLength: 2000,
  seeds: () =>
    capturedDatagrams()
      .flatMap(({ payload }) => (isRtcp(payload) ? [] : (parseRtpPacket(payload)?.payload ?? [])))
      .filter((payload) => payload.length > 0 && payload.length < 200)
      .slice(0, 100)
      .map((payload) => Buffer.from(payload)),
  // Each way to say how many frames an Opus packet has.
  dictionary: ['fc', 'fd', 'fe', 'ff01', 'ff30', 'ff3f', '1b02', '03'].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    const opus = payloadDuration('opus', input);
    assert.ok(opus >= 0 && opus <= LONGEST && opus % SHORTEST_FRAME === 0, `${opus} units of Opus`);
    for (const codec of ['PCMA', 'PCMU', 'G722'] as const) assert.equal(payloadDuration(codec, input), input.length);
    const packetTime = 1 + ((input[0] ?? 0) % 60);
    const { payloads, rest } = splitSampledAudio(input, packetTime);
    assert.ok(payloads.every(({ length }) => length === 8 * packetTime) && rest.length < 8 * packetTime);
    assert.ok(Buffer.concat([...payloads, rest]).equals(input));
  },
};
