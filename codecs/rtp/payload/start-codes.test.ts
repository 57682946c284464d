import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startCodePositions } from './start-codes.ts';

test('start codes are found at any bit, and only these', () => {
  const octet = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 40 }), fc.constantFrom(15, 16), (octets, zeros) => {
      const bits = octets.map((value) => value.toString(2).padStart(8, '0')).join('');
      const expected = [...bits.matchAll(new RegExp(`(?<=0{${zeros}})1`, 'g'))].map(({ index }) => index - zeros);
      assert.deepEqual(startCodePositions(Uint8Array.from(octets), zeros), expected);
    }),
    { numRuns: 1000 },
  );
});
