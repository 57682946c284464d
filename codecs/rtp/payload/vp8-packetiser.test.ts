import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { Vp8Depacketiser } from './vp8-depacketiser.ts';
import { Vp8Packetiser } from './vp8-packetiser.ts';
import { parseVp8PayloadDescriptor } from './vp8-payload-descriptor.ts';

const frames = readIvf(readFileSync(join(import.meta.dirname, '../../vectors/vp8.ivf')));

describe('Vp8Packetiser', () => {
  it('writes the descriptor of RFC 7741 with a PictureID of 15 bits', () => {
    const packetiser = new Vp8Packetiser({ maximumPayload: 64, pictureId: 0x7fff });
    const payloads = packetiser.packetise(Buffer.alloc(61, 0xab));
    assert.deepEqual(
      payloads.map(({ payload, marker }) => [
        Buffer.from(payload.subarray(0, 5)).toString('hex'),
        payload.length,
        marker,
      ]),
      [
        ['9080ffffab', 34, false],
        ['8080ffffab', 35, true],
      ],
    );
    assert.equal(packetiser.pictureId, 0);
    assert.deepEqual(packetiser.packetise(Buffer.alloc(0)), []);
    assert.equal(packetiser.pictureId, 0);
  });

  for (const maximumPayload of [64, 1200]) {
    it(`is undone by Vp8Depacketiser with at most ${maximumPayload} octets`, () => {
      const packetiser = new Vp8Packetiser({ maximumPayload, pictureId: 32760 });
      const depacketiser = new Vp8Depacketiser();
      for (const [index, frame] of frames.entries()) {
        const timestamp = (0xffff_0000 + index * 3600) >>> 0;
        const pictureId = packetiser.pictureId;
        const received = packetiser.packetise(frame).flatMap(({ payload, marker }) => {
          assert.ok(payload.length <= maximumPayload);
          assert.equal(parseVp8PayloadDescriptor(payload)?.pictureId, pictureId);
          return depacketiser.push({ payloadType: 97, marker, sequenceNumber: 0, timestamp, ssrc: 1, payload }, 0);
        });
        assert.deepEqual(received, [{ data: frame, timestamp, isKeyFrame: index % 25 === 0, isCorrupt: false }]);
      }
    });
  }
});
