import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exposition } from './exposition.ts';

const TEXT = `# HELP a_total Some a.
# TYPE a_total counter
a_total{x="1",y="p"} 3
a_total{x="2",y="a \\"q\\", b"} 4

# HELP h_seconds Some h.
# TYPE h_seconds histogram
h_seconds_bucket{le="0.1",x="1"} 3
h_seconds_bucket{le="+Inf",x="1"} 4
h_seconds_sum{x="1"} 2
h_seconds_count{x="1"} 4
`;

test('declarations and samples are read, sums are over what has the labels', () => {
  const read = new Exposition(TEXT);
  assert.deepEqual(read.declarations, [
    { name: 'a_total', type: 'counter', help: 'Some a.' },
    { name: 'h_seconds', type: 'histogram', help: 'Some h.' },
  ]);
  assert.equal(read.sum('a_total'), 7);
  assert.equal(read.sum('a_total', { x: '1' }), 3);
  assert.equal(read.sum('a_total', { x: '3' }), 0);
  assert.equal(read.samples[1]?.labels.get('y'), 'a \\"q\\", b');
  assert.equal(read.countUpTo('h_seconds', 0.1, { x: '1' }), 3);
  assert.equal(read.mean('h_seconds'), 0.5);
  assert.equal(read.mean('b_seconds'), undefined);
});

test('what is no exposition is refused', () => {
  assert.throws(() => new Exposition('<html>'), /no line of an exposition: <html>/);
});
