import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BitAssembly } from './bit-assembly.ts';
import { cutPicture, octetsOf } from './bit-cuts.ts';

/** Octets as zeros and ones. */
function bitsOf(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('');
}

const piece = fc.record({
  octets: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  sbit: fc.nat({ max: 7 }),
  ebit: fc.nat({ max: 7 }),
});

test('pieces follow each other bit by bit, whatever is around them in their octets', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const assembly = new BitAssembly();
      let expected = '';
      for (const { octets, sbit, ebit } of pieces) {
        assembly.append(octets, sbit, ebit);
        expected += sbit + ebit < octets.length * 8 ? bitsOf(octets).slice(sbit, octets.length * 8 - ebit) : '';
      }
      assert.equal(assembly.length, Math.ceil(expected.length / 8));
      assert.equal(bitsOf(assembly.take()), expected.padEnd(assembly.length * 8, '0'));
    }),
  );
});

test('what is aligned begins an octet', () => {
  const assembly = new BitAssembly();
  assembly.append(Uint8Array.of(0xff), 0, 5);
  assembly.align();
  assembly.append(Uint8Array.of(0x0f), 4, 0);
  assert.deepEqual(assembly.take(), Buffer.from('e0f0', 'hex'));
});

test('much goes in', () => {
  const assembly = new BitAssembly();
  for (let count = 0; count < 1000; count++) assembly.append(Buffer.alloc(33, 0xa5), 4, 0);
  assert.equal(assembly.length, (1000 * (33 * 8 - 4)) / 8);
});

test('a picture that is cut anywhere is put together again, no part larger than it may be', () => {
  const places = fc.uniqueArray(fc.nat({ max: 4000 }), { maxLength: 40 }).map((list) => list.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      places,
      places,
      fc.integer({ min: 2, max: 90 }),
      (picture, startCodes, macroblocks, room) => {
        const assembly = new BitAssembly();
        const cut = { startCodes, macroblocks: () => macroblocks };
        for (const range of cutPicture(picture.length, cut, room)) {
          const { octets, sbit, ebit } = octetsOf(picture, range);
          assert.ok(octets.length <= room);
          assembly.append(octets, sbit, ebit);
        }
        assert.deepEqual(assembly.take(), Buffer.from(picture));
      },
    ),
  );
});

test('cuts are made at the last start code that fits, else before the last macroblock, else at an octet', () => {
  const places = { startCodes: [160, 400, 1203], macroblocks: () => [13, 800, 815, 1000] };
  assert.deepEqual(cutPicture(300, places, 100), [
    { begin: 0, end: 400 },
    { begin: 400, end: 1000 },
    { begin: 1000, end: 1203 },
    { begin: 1203, end: 2000 },
    { begin: 2000, end: 2400 },
  ]);
  const bare = { startCodes: [], macroblocks: () => [] };
  assert.deepEqual(cutPicture(25, bare, 10), [
    { begin: 0, end: 80 },
    { begin: 80, end: 160 },
    { begin: 160, end: 200 },
  ]);
});
