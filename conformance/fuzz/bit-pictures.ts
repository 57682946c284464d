import assert from 'node:assert/strict';
import {
  MAXIMUM_FRAME_LENGTH,
  type VideoDepacketiser,
  type VideoPacketiser,
} from '#codecs/rtp/payload/video-payload.ts';
import { readSequence } from './packet-sequence.ts';

/** How pictures of H.261 or H.263 travel. */
export interface BitPictures {
  depacketiser(): VideoDepacketiser;
  packetiser(maximumPayload: number): VideoPacketiser;
  /** What a picture begins with, as far as it fills octets. */
  readonly startCode: Buffer;
  /** Looks at a picture that was put together. */
  picture(data: Buffer, isKeyFrame: boolean): void;
}

/** What must hold for depacketisers and packetisers that part pictures within octets, whatever `input` is read as. */
export function examinePictures(input: Buffer, format: BitPictures): void {
  const depacketiser = format.depacketiser();
  let octets = 0;
  let packets = 0;
  for (const { packet, lostBefore } of readSequence(input)) {
    octets += packet.payload.length;
    packets += 1;
    for (const { data, isKeyFrame } of depacketiser.push(packet, lostBefore)) {
      assert.ok(
        data.subarray(0, format.startCode.length).equals(format.startCode),
        'a picture begins with its start code',
      );
      // Two octets of zeros may stand for a bit of a header; behind a hole an octet is begun anew.
      assert.ok(data.length <= Math.min(MAXIMUM_FRAME_LENGTH, octets + 2 * packets));
      assert.ok(data.buffer !== input.buffer, 'a picture is no view of a datagram');
      format.picture(data, isKeyFrame);
      sendOn(data, data.length % 2 === 0 ? 64 : 333, format);
    }
  }
}

/** Sends a picture on and puts it together again: the same bits, unless what is in it looks like another picture. */
function sendOn(picture: Buffer, maximumPayload: number, format: BitPictures): void {
  const packets = format.packetiser(maximumPayload).packetise(picture);
  assert.ok(packets.every(({ payload }) => payload.length > 0 && payload.length <= maximumPayload));
  assert.deepEqual(
    packets.flatMap(({ marker }, index) => (marker ? [index] : [])),
    [packets.length - 1],
  );
  const again = format.depacketiser();
  const pictures = packets.flatMap((packet, index) =>
    again.push({ ...packet, payloadType: 96, sequenceNumber: index & 0xffff, timestamp: 1, ssrc: 1 }, 0),
  );
  assert.ok(pictures.length >= 1);
  if (pictures.length === 1) {
    assert.ok(pictures[0]?.data.equals(picture), 'a picture that was sent comes out as it was');
  }
}
