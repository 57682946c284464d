import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worstReport } from './far-report.ts';

test('the worst of several sources is told, and nothing before there is a report', () => {
  assert.deepEqual(worstReport([{ lossRatio: undefined, roundTrip: undefined }]), {});
  assert.deepEqual(
    worstReport([
      { lossRatio: 0.1, roundTrip: undefined },
      { lossRatio: 0, roundTrip: 40 },
    ]),
    { lossRatio: 0.1, roundTrip: 40 },
  );
});
