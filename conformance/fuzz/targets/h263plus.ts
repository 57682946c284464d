import { readFileSync } from 'node:fs';
import { H263PlusDepacketiser } from '#codecs/rtp/payload/h263plus-depacketiser.ts';
import { H263PlusPacketiser } from '#codecs/rtp/payload/h263plus-packetiser.ts';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { examinePictures } from '#conformance/fuzz/bit-pictures.ts';
import { writeSequence } from '#conformance/fuzz/packet-sequence.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const CLIPS = ['h263.ivf', 'h263plus.ivf'].map((name) => new URL(`../../../codecs/vectors/${name}`, import.meta.url));

/** Pictures begin with their start code and come out as they were sent (RFC 4629). */
export const target: FuzzTarget = {
  title: 'RTP payloads to H.263+ pictures, and back',
  maximumLength: 16_384,
  seeds: () =>
    CLIPS.flatMap((clip) => {
      const packetiser = new H263PlusPacketiser({ maximumPayload: 300 });
      return readIvf(readFileSync(clip))
        .slice(0, 4)
        .map((picture, index) =>
          writeSequence(packetiser.packetise(picture).map((packet) => ({ ...packet, timestamp: index }))),
        );
    }),
  dictionary: [
    // P, V and PLEN; start codes of pictures of all kinds, of groups and of slices.
    ...['0400', '0600e0', '042380020814', '05f8', '0000', '02ff', '040080', '040084', '0400c0', '000080021c', '80021e'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    examinePictures(input, {
      depacketiser: () => new H263PlusDepacketiser(),
      packetiser: (maximumPayload) => new H263PlusPacketiser({ maximumPayload }),
      startCode: Buffer.from([0, 0]),
      picture: () => undefined,
    });
  },
};
