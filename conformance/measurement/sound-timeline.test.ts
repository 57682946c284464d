import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SoundTimeline } from './sound-timeline.ts';

test('a sample is there with its packet, at its place in it', () => {
  const timeline = new SoundTimeline();
  timeline.add(960, { at: 1000, meant: undefined });
  timeline.add(960, { at: 1035, meant: 5000 });
  assert.deepEqual(timeline.timeOf(480), { at: 1010, meant: undefined });
  assert.deepEqual(timeline.timeOf(960), { at: 1035, meant: 5000 });
  assert.deepEqual(timeline.timeOf(1440), { at: 1045, meant: 5010 });
  assert.equal(timeline.timeOf(1920), undefined);
  assert.equal(timeline.timeOf(-1), undefined);
});

test('what is long ago is forgotten', () => {
  const timeline = new SoundTimeline();
  for (let packet = 0; packet < 1000; packet++) {
    timeline.add(960, { at: packet * 20, meant: undefined });
  }
  assert.equal(timeline.timeOf(0), undefined);
  assert.equal(timeline.timeOf(999 * 960)?.at, 19_980);
});
