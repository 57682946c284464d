import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SilenceWatch } from './silence-watch.ts';

test('a silent party is probed once, then ended; one that is heard again begins anew', () => {
  const watch = new SilenceWatch(20_000);
  const steps = [500, 19_000, 20_000, 21_000, 800, 20_500, 39_000, 40_000].map((silentFor) =>
    watch.report('a', silentFor),
  );
  assert.deepEqual(steps, [undefined, undefined, 'probe', undefined, undefined, 'probe', undefined, 'end']);
});
