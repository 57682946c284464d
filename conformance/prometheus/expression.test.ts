import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedMetrics } from './expression.ts';

test('the metrics of an expression are found with what their labels must be', () => {
  const found = namedMetrics(
    'histogram_quantile(0.9, rate(classbridge_a_seconds_bucket{x="1",y=~"2|3"}[5m])) > on (z) classbridge_b_total',
  );
  assert.deepEqual(found, [
    {
      name: 'classbridge_a_seconds',
      labels: new Map([
        ['x', '1'],
        ['y', undefined],
      ]),
    },
    { name: 'classbridge_b_total', labels: new Map() },
  ]);
  assert.deepEqual(namedMetrics('up == 0'), []);
});
