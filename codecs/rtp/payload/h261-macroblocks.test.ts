import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { H261Depacketiser, isWholeIntraPicture } from './h261-depacketiser.ts';
import { findH261Macroblocks } from './h261-macroblocks.ts';
import { H261Packetiser } from './h261-packetiser.ts';
import { H261_START_CODE_ZEROS, parseH261PictureHeader } from './h261-picture-header.ts';
import { startCodePositions } from './start-codes.ts';

const CLIP = readIvf(readFileSync(join(import.meta.dirname, '../../vectors/h261.ivf')));

/** Octets of zeros and ones; blanks are for the eye. */
function stream(bits: string): Buffer {
  const plain = bits.replaceAll(' ', '');
  const octets = plain.match(/.{1,8}/g) ?? [];
  return Buffer.from(octets.map((octet) => Number.parseInt(octet.padEnd(8, '0'), 2)));
}

const PICTURE = '0000000000000001 0000 00101 001011 0'; // TR 5, freeze picture release, QCIF, HI_RES off
const GROUP_1 = '0000000000000001 0001 01010 0'; // quantiser 10

function macroblocksOf(picture: Buffer) {
  return findH261Macroblocks(picture, startCodePositions(picture, H261_START_CODE_ZEROS));
}

describe('parseH261PictureHeader', () => {
  it('reads what an encoder wrote', () => {
    assert.deepEqual(parseH261PictureHeader(CLIP[0] ?? Buffer.alloc(0)), {
      temporalReference: 0,
      freezePictureRelease: true,
      format: 'QCIF',
    });
    assert.equal(parseH261PictureHeader(CLIP[1] ?? Buffer.alloc(0))?.freezePictureRelease, false);
  });

  it('gives nothing for what is cut or begins with a group', () => {
    assert.equal(parseH261PictureHeader(stream(PICTURE).subarray(0, 3)), undefined);
    assert.equal(parseH261PictureHeader(stream(GROUP_1)), undefined);
  });
});

describe('findH261Macroblocks', () => {
  it('finds every macroblock of an encoder, up to the end of each group', () => {
    for (const [index, picture] of CLIP.entries()) {
      const macroblocks = macroblocksOf(picture);
      assert.ok(macroblocks, `picture ${index}`);
      assert.ok(macroblocks.length <= 99);
      const isKeyFrame = index % 25 === 0;
      assert.equal(macroblocks.length === 99 && macroblocks.every(({ isIntra }) => isIntra), isKeyFrame);
      assert.ok(macroblocks.every(({ group }) => [1, 3, 5].includes(group)));
    }
  });

  it('tells what a decoder must know that begins with a macroblock', () => {
    // Vector (3, -2), then (3 + 1, -2 + 0) beside it; a quantiser of 7 and stuffing; an address of 5 more ends the prediction.
    const first = '1 000000001 00010 0011';
    const second = '1 000000001 010 1';
    const third = `00000001111 1 0000001 00111${' 01111111 10'.repeat(6)}`;
    const fourth = `00011 1 111${' 11 10'.repeat(4)}`;
    const picture = stream(`${PICTURE} ${GROUP_1} ${first} ${second} ${third} ${fourth}`);
    const told = macroblocksOf(picture)?.map(({ group, address, isIntra, before }) => [
      group,
      address,
      isIntra,
      before,
    ]);
    assert.deepEqual(told, [
      [1, 1, false, { address: 0, quantiser: 10, vector: [0, 0] }],
      [1, 2, false, { address: 1, quantiser: 10, vector: [3, -2] }],
      [1, 3, true, { address: 2, quantiser: 10, vector: [4, -2] }],
      [1, 9, false, { address: 3, quantiser: 7, vector: [0, 0] }],
    ]);
  });

  it('gives nothing for what breaks the standard', () => {
    for (const broken of ['00000000000', '1 0000000000 1', `1 0001 ${'0'.repeat(13)}1`, '00000011000 1 '.repeat(2)]) {
      assert.equal(macroblocksOf(stream(`${PICTURE} ${GROUP_1} ${broken} 1`)), undefined, broken);
    }
  });
});

describe('isWholeIntraPicture', () => {
  it('tells pictures to begin with from others', () => {
    assert.deepEqual(
      CLIP.flatMap((picture, index) => (isWholeIntraPicture(picture) ? [index] : [])),
      [0, 25],
    );
    assert.equal(isWholeIntraPicture((CLIP[0] ?? Buffer.alloc(0)).subarray(0, 700)), false);
    assert.equal(isWholeIntraPicture(Buffer.alloc(0)), false);
  });
});

describe('H261Packetiser', () => {
  const headerOf = (payload: Uint8Array) => {
    const bits = [...payload.subarray(0, 4)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
    const widths = [3, 3, 1, 1, 4, 5, 5, 5, 5];
    return widths.map((width, index) => {
      const begin = widths.slice(0, index).reduce((sum, each) => sum + each, 0);
      return Number.parseInt(bits.slice(begin, begin + width), 2);
    });
  };

  it('cuts groups that are too long before macroblocks, and says what stands before them', () => {
    for (const picture of CLIP.slice(0, 30)) {
      const macroblocks = new Map(macroblocksOf(picture)?.map((macroblock) => [macroblock.position, macroblock]));
      let octets = 0;
      let ebitBefore = 0;
      for (const { payload } of new H261Packetiser({ maximumPayload: 80 }).packetise(picture)) {
        const [sbit = 0, ebit = 0, intra, vectors, group, address, quantiser, horizontal, vertical] = headerOf(payload);
        assert.equal((sbit + ebitBefore) % 8, 0);
        const position = octets * 8 - ebitBefore;
        const { before } = macroblocks.get(position) ?? {};
        if (group === 0) {
          assert.equal(address, 0);
        } else {
          assert.ok(before, `a macroblock begins at bit ${position}`);
          assert.deepEqual([address, quantiser], [before.address - 1, before.quantiser]);
          assert.deepEqual([horizontal, vertical], [before.vector[0] & 0x1f, before.vector[1] & 0x1f]);
        }
        assert.deepEqual([intra, vectors], [0, 1]);
        octets += payload.length - 4 - (sbit > 0 ? 1 : 0);
        ebitBefore = ebit;
      }
      assert.equal(octets, picture.length);
    }
  });
});

describe('H261Depacketiser', () => {
  it('goes on at the next group behind a hole, and marks the picture', () => {
    const [picture = Buffer.alloc(0)] = CLIP;
    const packets = new H261Packetiser({ maximumPayload: 64 }).packetise(picture);
    const depacketiser = new H261Depacketiser();
    const frames = packets
      .toSpliced(1, 1)
      .flatMap((packet, index) =>
        depacketiser.push(
          { ...packet, payloadType: 31, sequenceNumber: 0, timestamp: 0, ssrc: 1 },
          index === 1 ? 1 : 0,
        ),
      );
    const [frame] = frames;
    assert.ok(frame?.isCorrupt);
    const groups = startCodePositions(frame.data, H261_START_CODE_ZEROS).length;
    assert.equal(groups, 4, 'the picture and its three groups');
  });
});
