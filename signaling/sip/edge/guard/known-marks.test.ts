import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KnownMarks } from './known-marks.ts';

const WEEK = 7 * 86_400_000;

describe('KnownMarks', () => {
  it('knows a mark at its source alone, until the same lesson of the next week and not of the one after', () => {
    const marks = new KnownMarks({ marks: 10, marksPerSource: 5 });
    marks.learn('one', 'a', 0);
    assert.deepEqual([marks.has('one', 'a', WEEK), marks.has('one', 'a', 2 * WEEK)], [true, false]);
    assert.deepEqual([marks.has('one', 'b', 0), marks.has('two', 'a', 0)], [false, false]);
    assert.deepEqual([marks.hasAny('one'), marks.hasAny('two')], [true, false]);
    marks.learn('one', 'a', WEEK);
    assert.ok(marks.has('one', 'a', 2 * WEEK));
    assert.equal(marks.size, 1);
  });

  it('forgets of a source what was proven longest ago', () => {
    const marks = new KnownMarks({ marks: 10, marksPerSource: 2 });
    for (const mark of ['a', 'b', 'a', 'c']) marks.learn('one', mark, 0);
    assert.deepEqual(
      ['a', 'b', 'c'].map((mark) => marks.has('one', mark, 0)),
      [true, false, true],
    );
  });

  it('forgets the source whose last proof is longest ago', () => {
    const marks = new KnownMarks({ marks: 3, marksPerSource: 2 });
    for (const source of ['one', 'two', 'three', 'one', 'four']) marks.learn(source, 'a', 0);
    assert.deepEqual(
      ['one', 'two', 'three', 'four'].map((source) => marks.hasAny(source)),
      [true, false, true, true],
    );
  });

  it('keeps to its bounds, and to what it says it has', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('1', '2', '3', '4'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const marks = new KnownMarks({ marks: 6, marksPerSource: 3 });
        for (const [source, mark] of steps) {
          marks.learn(source, mark, 0);
          assert.ok(marks.has(source, mark, 0), 'the one learnt last');
          const known = [...'abcde'].map((other) => [...'1234'].filter((text) => marks.has(other, text, 0)).length);
          assert.ok(Math.max(...known) <= 3);
          assert.equal(
            marks.size,
            known.reduce((sum, count) => sum + count, 0),
          );
          assert.ok(marks.size <= 6);
        }
      }),
    );
  });
});
