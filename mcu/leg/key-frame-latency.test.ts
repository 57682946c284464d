import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyFrameLatency } from './key-frame-latency.ts';

test('the wait counts from the first request and is that of the last way of asking', () => {
  const latency = new KeyFrameLatency();
  latency.requested('pli', 100);
  latency.requested('fir', 400);
  latency.came(460);
  latency.requested('pli', 1000);
  latency.came(1030);
  assert.deepEqual(latency.take(), [
    { request: 'fir', waited: 360 },
    { request: 'pli', waited: 30 },
  ]);
  assert.deepEqual(latency.asked, { pli: 2, fir: 1, signalling: 0 });
  assert.deepEqual(latency.take(), [], 'told once');
});

test('a key frame that nobody asked for is no wait', () => {
  const latency = new KeyFrameLatency();
  latency.came(10);
  latency.came(20);
  assert.deepEqual(latency.take(), []);
});

test('what nobody asks for does not grow without end', () => {
  const latency = new KeyFrameLatency();
  for (let now = 0; now < 1000; now += 1) {
    latency.requested('pli', now);
    latency.came(now);
  }
  assert.equal(latency.take().length, 100);
});
