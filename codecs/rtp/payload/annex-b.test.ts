import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { joinAnnexB, splitAnnexB } from './annex-b.ts';

const hex = (units: Uint8Array[]): string[] => units.map((unit) => Buffer.from(unit).toString('hex'));

describe('splitAnnexB', () => {
  it('takes start codes of three and four octets', () => {
    assert.deepEqual(hex(splitAnnexB(Buffer.from('0000000167640000016801000001659900', 'hex'))), [
      '6764',
      '6801',
      '6599',
    ]);
  });

  it('leaves away trailing zeros, empty units and what stands before the first start code', () => {
    assert.deepEqual(hex(splitAnnexB(Buffer.from('ffee00000100000001000001650100000000', 'hex'))), ['6501']);
    assert.deepEqual(splitAnnexB(Buffer.from('6501', 'hex')), []);
    assert.deepEqual(splitAnnexB(Buffer.alloc(0)), []);
    assert.deepEqual(splitAnnexB(Buffer.alloc(9)), []);
  });

  it('gives views', () => {
    const stream = Buffer.from('0000016501', 'hex');
    const [unit] = splitAnnexB(stream);
    stream[4] = 9;
    assert.equal(unit?.[1], 9);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 1, 3, 0x65), { maxLength: 200 }), (bytes) => {
        for (const unit of splitAnnexB(Uint8Array.from(bytes))) {
          assert.ok(unit.length > 0);
          assert.notEqual(unit.at(-1), 0);
          assert.ok(!unit.includes(Buffer.from([0, 0, 1])));
        }
      }),
    );
  });
});

describe('joinAnnexB', () => {
  it('is taken apart again to the same units', () => {
    const unit = fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .filter((bytes) => bytes.at(-1) !== 0 && !Buffer.from(bytes).includes(Buffer.from([0, 0, 1])));
    fc.assert(
      fc.property(fc.array(unit), (units) => assert.deepEqual(hex(splitAnnexB(joinAnnexB(units))), hex(units))),
    );
  });
});
