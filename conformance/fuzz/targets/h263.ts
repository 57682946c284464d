import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { H263Depacketiser } from '#codecs/rtp/payload/h263-depacketiser.ts';
import { findH263Macroblocks } from '#codecs/rtp/payload/h263-macroblocks.ts';
import { H263Packetiser } from '#codecs/rtp/payload/h263-packetiser.ts';
import { H263_START_CODE_ZEROS, parseH263PictureHeader } from '#codecs/rtp/payload/h263-picture-header.ts';
import { startCodePositions } from '#codecs/rtp/payload/start-codes.ts';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { examinePictures } from '#conformance/fuzz/bit-pictures.ts';
import { writeSequence } from '#conformance/fuzz/packet-sequence.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const CLIP = new URL('../../../codecs/vectors/h263.ivf', import.meta.url);

/** Macroblocks are found in order, with vectors and quantisers that the standard has (RFC 2190). */
export const target: FuzzTarget = {
  title: 'RTP payloads to H.263 pictures, and back',
  maximumLength: 16_384,
  seeds: () =>
    [120, 400].flatMap((maximumPayload) => {
      const packetiser = new H263Packetiser({ maximumPayload });
      return readIvf(readFileSync(CLIP))
        .slice(0, 4)
        .map((picture, index) =>
          writeSequence(packetiser.packetise(picture).map((packet) => ({ ...packet, timestamp: index }))),
        );
    }),
  dictionary: [
    // Modes A, B and C; start codes of pictures of all kinds and of groups, on an octet and beside it.
    ...['00004000', '04004000', '8000000000000000', 'bc40400000000000', 'c00000000000000000000000'],
    ...['0000800208', '000080020a', '00008002080', '0000840001', '0000800e1c', '0001000410', '00010800'],
  ].map((octets) => Buffer.from(octets.padEnd(octets.length + (octets.length % 2), '0'), 'hex')),
  examine(input) {
    examinePictures(input, {
      depacketiser: () => new H263Depacketiser(),
      packetiser: (maximumPayload) => new H263Packetiser({ maximumPayload }),
      startCode: Buffer.from([0, 0]),
      picture(data, isKeyFrame) {
        assert.equal(parseH263PictureHeader(data)?.isIntra ?? false, isKeyFrame);
        const macroblocks = findH263Macroblocks(data, startCodePositions(data, H263_START_CODE_ZEROS)) ?? [];
        assert.ok(macroblocks.length <= 88 * 72);
        let position = -1;
        for (const { predictor, quantiser, ...macroblock } of macroblocks) {
          assert.ok(macroblock.position > position && macroblock.position < data.length * 8);
          assert.ok(predictor.every((component) => component >= -32 && component <= 31));
          assert.ok(quantiser >= 0 && quantiser <= 31);
          ({ position } = macroblock);
        }
      },
    });
  },
};
