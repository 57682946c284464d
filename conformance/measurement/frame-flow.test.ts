import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameFlow } from './frame-flow.ts';

function flowOf(frames: readonly (readonly [frame: number, at: number])[]): FrameFlow {
  const flow = new FrameFlow();
  for (const [frame, at] of frames) {
    flow.shown(frame, at);
  }
  return flow;
}

const even = (from: number, to: number, begin = 0) =>
  Array.from({ length: to - from }, (_, index) => [from + index, begin + index * 40] as const);

test('an even flow has its rate and no freeze; a repeated frame is no new one', () => {
  const flow = flowOf([...even(0, 26), [25, 1010], [25, 1020]]);
  assert.equal(flow.frames, 26);
  assert.equal(flow.rate, 25);
  assert.equal(flow.freezes, 0);
  assert.equal(flow.longest, 40);
});

test('a gap of more than mean and 150 ms is a freeze, one of a few frames is not', () => {
  assert.equal(flowOf([...even(0, 10), ...even(13, 20, 9 * 40 + 160)]).freezes, 0);
  const frozen = flowOf([...even(0, 10), ...even(16, 30, 9 * 40 + 240)]);
  assert.equal(frozen.freezes, 1);
  assert.equal(frozen.longest, 240);
});

test('nothing is said of nothing', () => {
  const flow = flowOf([[1, 0]]);
  assert.equal(flow.rate, undefined);
  assert.equal(flow.freezes, 0);
});
