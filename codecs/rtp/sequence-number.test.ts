import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SequenceUnwrapper, sequenceNumberDelta, TimestampUnwrapper, timestampDelta } from './sequence-number.ts';

describe('sequence numbers', () => {
  it('measures the shorter way round the wrap', () => {
    assert.equal(sequenceNumberDelta(65535, 0), 1);
    assert.equal(sequenceNumberDelta(0, 65535), -1);
    assert.equal(sequenceNumberDelta(0, 32767), 32767);
    assert.equal(sequenceNumberDelta(0, 32768), -32768);
    assert.equal(timestampDelta(0xffffffff, 4), 5);
    assert.equal(timestampDelta(4, 0xffffffff), -5);
  });

  it('measures from extended numbers too', () => {
    assert.equal(sequenceNumberDelta(65536 * 9 + 65535, 1), 2);
    assert.equal(sequenceNumberDelta(-3, 0), 3);
    assert.equal(timestampDelta(2 ** 32 * 1000 + 5, 7), 2);
  });
});

describe('SequenceUnwrapper', () => {
  it('gives packets from before the first one smaller numbers', () => {
    const unwrapper = new SequenceUnwrapper();
    assert.equal(unwrapper.unwrap(1), 1);
    assert.equal(unwrapper.unwrap(65534), -2);
    assert.equal(unwrapper.highest, 1);
  });

  it('follows any walk of steps below half of the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65535 }),
        fc.array(fc.integer({ min: -2000, max: 30000 }), { maxLength: 200 }),
        (start, steps) => {
          const unwrapper = new SequenceUnwrapper();
          assert.equal(unwrapper.unwrap(start), start);
          let highest = start;
          for (const step of steps) {
            const expected = highest + step;
            assert.equal(unwrapper.unwrap(expected & 0xffff), expected);
            highest = Math.max(highest, expected);
          }
        },
      ),
    );
  });
});

describe('TimestampUnwrapper', () => {
  it('follows any walk of steps below half of the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.array(fc.integer({ min: -90000, max: 2 ** 31 - 1 }), { maxLength: 200 }),
        (start, steps) => {
          const unwrapper = new TimestampUnwrapper();
          assert.equal(unwrapper.unwrap(start), start);
          let highest = start;
          for (const step of steps) {
            const expected = highest + step;
            const wrapped = ((expected % 2 ** 32) + 2 ** 32) % 2 ** 32;
            assert.equal(unwrapper.unwrap(wrapped), expected);
            highest = Math.max(highest, expected);
          }
        },
      ),
    );
  });
});
