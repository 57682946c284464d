import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BitReader, removeEmulationPrevention } from './bit-reader.ts';

describe('BitReader', () => {
  it('reads bits, most significant first', () => {
    const reader = new BitReader(Uint8Array.of(0b1010_0101, 0xff, 0, 0, 0, 1));
    assert.equal(reader.flag(), true);
    assert.equal(reader.bits(3), 0b010);
    assert.equal(reader.bits(12), 0b0101_1111_1111);
    assert.equal(reader.bits(32), 1);
    assert.equal(reader.overrun, false);
    assert.equal(reader.bit(), 0);
    assert.equal(reader.overrun, true);
  });

  it('reads the Exp-Golomb codes of H.264 table 9-2 and 9-3', () => {
    // 1 010 011 00100 00101 twice, as unsigned and as signed numbers.
    const reader = new BitReader(Uint8Array.of(0b1010_0110, 0b0100_0010, 0b1101_0011, 0b0010_0001, 0b0100_0000));
    assert.deepEqual(
      Array.from({ length: 5 }, () => reader.unsignedExpGolomb()),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(
      Array.from({ length: 5 }, () => reader.signedExpGolomb()),
      [0, 1, -1, 2, -2],
    );
  });

  it('reads the greatest code, and takes a longer one for an overrun', () => {
    const greatest = new BitReader(Uint8Array.of(0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff));
    assert.equal(greatest.unsignedExpGolomb(), 2 ** 32 - 2);
    assert.equal(greatest.overrun, false);
    const longer = new BitReader(Uint8Array.of(0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff));
    longer.unsignedExpGolomb();
    assert.equal(longer.overrun, true);
    const cut = new BitReader(Uint8Array.of(0));
    cut.unsignedExpGolomb();
    assert.equal(cut.overrun, true);
  });
});

describe('removeEmulationPrevention', () => {
  it('undoes what an encoder puts in', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3, 4), { maxLength: 60 }), (octets) => {
        const escaped: number[] = [];
        let zeros = 0;
        for (const octet of octets) {
          if (zeros === 2 && octet <= 3) {
            escaped.push(3);
            zeros = 0;
          }
          escaped.push(octet);
          zeros = octet === 0 ? zeros + 1 : 0;
        }
        assert.deepEqual([...removeEmulationPrevention(Uint8Array.from(escaped))], octets);
      }),
    );
  });
});
