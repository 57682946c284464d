import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SentFrames } from './sent-frames.ts';
import { SoundTimeline } from './sound-timeline.ts';
import { SourceWatch } from './source-watch.ts';

const mark = (frame: number, flash: boolean) => ({ host: 4, frame, flash, left: 0, width: 640, row: 180 });

test('delay counts from the sending of each new frame, skew from flash to beep by both clocks', () => {
  const sent = new SentFrames();
  const watch = new SourceWatch({ host: 4, frequency: 900, sent });
  for (let frame = 0; frame < 50; frame++) {
    sent.add({ host: 4, frame, at: 1000 + frame * 40 });
  }
  for (let frame = 0; frame < 50; frame++) {
    const at = 1000 + frame * 40 + 80;
    // Each frame is seen twice; only the first time counts.
    watch.seen(mark(frame, frame % 25 === 0), { at, meant: 7000 + frame * 40 });
    watch.seen(mark(frame, frame % 25 === 0), { at: at + 20, meant: 7020 + frame * 40 });
  }
  assert.equal(watch.delays.length, 50);
  assert.ok(watch.delays.every((delay) => delay === 80));

  const timeline = new SoundTimeline();
  for (let packet = 0; packet < 100; packet++) {
    const samples = Float32Array.from({ length: 960 }, (_, index) => {
      const sample = packet * 960 + index;
      return sample % 48_000 < 2880 ? 0.3 * Math.sin((2 * Math.PI * 900 * sample) / 48_000) : 0;
    });
    timeline.add(960, { at: 1000 + packet * 20 + 110, meant: 7000 + packet * 20 - 10 });
    watch.heard(samples, timeline);
  }
  // The detector wants quiet before a beep: the one with which the sound begins is none.
  assert.equal(watch.skew.values.length, 1);
  assert.ok(Math.abs((watch.skew.values[0] ?? 0) - 30) < 1.5, `${watch.skew.values}`);
  assert.ok(Math.abs((watch.reportedSkew.values[0] ?? 0) + 10) < 1.5, `${watch.reportedSkew.values}`);
});
