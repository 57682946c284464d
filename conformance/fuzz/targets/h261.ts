import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseRtpPacket } from '#codecs/rtp/packet.ts';
import { H261Depacketiser, isWholeIntraPicture } from '#codecs/rtp/payload/h261-depacketiser.ts';
import { findH261Macroblocks } from '#codecs/rtp/payload/h261-macroblocks.ts';
import { H261Packetiser } from '#codecs/rtp/payload/h261-packetiser.ts';
import { H261_START_CODE_ZEROS } from '#codecs/rtp/payload/h261-picture-header.ts';
import { startCodePositions } from '#codecs/rtp/payload/start-codes.ts';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { examinePictures } from '#conformance/fuzz/bit-pictures.ts';
import { capturedDatagrams } from '#conformance/fuzz/captured.ts';
import { inRuns, writeSequence } from '#conformance/fuzz/packet-sequence.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const CLIP = new URL('../../../codecs/vectors/h261.ivf', import.meta.url);
const PAYLOAD_TYPE = 31;

/** Macroblocks are found in order and within the picture; a key frame is a whole intra picture (RFC 4587). */
export const target: FuzzTarget = {
  title: 'RTP payloads to H.261 pictures, and back',
  maximumLength: 16_384,
  seeds: () => {
    const packetiser = new H261Packetiser({ maximumPayload: 300 });
    const clip = readIvf(readFileSync(CLIP))
      .slice(0, 3)
      .map((picture, index) =>
        writeSequence(packetiser.packetise(picture).map((packet) => ({ ...packet, timestamp: index }))),
      );
    const captured = capturedDatagrams().flatMap(({ payload }) => parseRtpPacket(payload) ?? []);
    const pictures = inRuns(
      captured.filter(({ payloadType }) => payloadType === PAYLOAD_TYPE),
      3,
    ).slice(0, 3);
    return [...clip, ...pictures.map(writeSequence)];
  },
  dictionary: [
    // Start codes of a picture and of groups, on an octet and beside it; headers of payloads; stuffing.
    ...['000100', '00011a', '0000802d', '00020034', '01000000', '1d000000', '352ba800', '01ffffff', '01e0'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    examinePictures(input, {
      depacketiser: () => new H261Depacketiser(),
      packetiser: (maximumPayload) => new H261Packetiser({ maximumPayload }),
      startCode: Buffer.from([0, 1]),
      picture(data, isKeyFrame) {
        assert.equal(isWholeIntraPicture(data), isKeyFrame);
        const macroblocks = findH261Macroblocks(data, startCodePositions(data, H261_START_CODE_ZEROS)) ?? [];
        let position = -1;
        for (const { group, address, before, ...macroblock } of macroblocks) {
          assert.ok(macroblock.position > position && macroblock.position < data.length * 8);
          assert.ok(group >= 1 && group <= 15 && address > before.address && address <= 33);
          assert.ok(before.vector.every((component) => component >= -16 && component <= 15));
          ({ position } = macroblock);
        }
      },
    });
  },
};
