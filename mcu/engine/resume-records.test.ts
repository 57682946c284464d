import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResumeRecords } from './resume-records.ts';

test('the newest record of each leg is kept as long as the leg is wanted', () => {
  const records = new ResumeRecords();
  records.take([{ leg: 'early', at: 0 }]);
  assert.deepEqual(records.all, [], 'of a leg that nobody asked for');
  records.keep(new Set(['a', 'b']));
  records.take([
    { leg: 'a', at: 1 },
    { leg: 'b', at: 1 },
    { leg: 'stranger', at: 1 },
  ]);
  records.take([{ leg: 'a', at: 2 }]);
  assert.deepEqual(records.all, [
    { leg: 'a', at: 2 },
    { leg: 'b', at: 1 },
  ]);
  records.keep(new Set(['b']));
  records.take([{ leg: 'a', at: 3 }]);
  assert.deepEqual(records.all, [{ leg: 'b', at: 1 }], 'what comes late of a leg that went is not kept');
});
