import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MAXIMUM_FRAME_LENGTH } from '#codecs/rtp/payload/video-payload.ts';
import { Vp8Depacketiser } from '#codecs/rtp/payload/vp8-depacketiser.ts';
import { parseVp8FrameHeader } from '#codecs/rtp/payload/vp8-frame-header.ts';
import { Vp8Packetiser } from '#codecs/rtp/payload/vp8-packetiser.ts';
import { parseVp8PayloadDescriptor } from '#codecs/rtp/payload/vp8-payload-descriptor.ts';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { inRuns, readSequence, writeSequence } from '#conformance/fuzz/packet-sequence.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const CLIP = new URL('../../../codecs/vectors/vp8.ivf', import.meta.url);

/** Frames are no longer than their packets, keep no datagram in memory, and come out as they were sent. */
export const target: FuzzTarget = {
  title: 'RTP payloads to VP8 frames, and back',
  maximumLength: 16_384,
  seeds: () => {
    const packetiser = new Vp8Packetiser({ maximumPayload: 100, pictureId: 126 });
    const packets = readIvf(readFileSync(CLIP))
      .slice(0, 30)
      .flatMap((frame, index) =>
        packetiser.packetise(frame.subarray(0, 300)).map((packet) => ({ ...packet, timestamp: index })),
      );
    return inRuns(packets, 12).map(writeSequence);
  },
  dictionary: [
    // Descriptors with all that may stand in them; a key frame's header.
    ...['10', '90f0807f0102', '9080', '90807f', '9040', '9030', 'b0', '11', '0000009d012a40018001', '80000490807f00'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    const depacketiser = new Vp8Depacketiser();
    let octets = 0;
    for (const { packet, lostBefore } of readSequence(input)) {
      octets += packet.payload.length;
      const descriptor = parseVp8PayloadDescriptor(packet.payload);
      if (descriptor !== undefined) {
        assert.ok(descriptor.length >= 1 && descriptor.length < packet.payload.length);
        assert.ok((descriptor.pictureId ?? 0) <= 0x7fff);
      }
      for (const frame of depacketiser.push(packet, lostBefore)) {
        assert.ok(frame.data.length > 0 && frame.data.length <= Math.min(MAXIMUM_FRAME_LENGTH, octets));
        assert.ok(frame.data.buffer !== input.buffer, 'a frame is no view of a datagram');
        assert.equal(frame.isKeyFrame, parseVp8FrameHeader(frame.data)?.isKeyFrame ?? false);
        packetise(frame.data);
      }
    }
  },
};

/** Sends a frame on and puts it together again. */
function packetise(frame: Buffer): void {
  const packets = new Vp8Packetiser({ maximumPayload: 64, pictureId: 0x7fff }).packetise(frame);
  assert.ok(packets.every(({ payload }) => payload.length <= 64));
  const again = new Vp8Depacketiser();
  const frames = packets.flatMap((packet, index) =>
    again.push({ ...packet, payloadType: 96, sequenceNumber: index & 0xffff, timestamp: 1, ssrc: 1 }, 0),
  );
  assert.equal(frames.length, 1);
  assert.ok(frames[0]?.data.equals(frame), 'a frame that was sent comes out as it was');
}
