import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegTrace } from './leg-trace.ts';

const WALL = 1_700_000_000_000;
const REMOTE = { address: '192.0.2.7', port: 4001 };
const newTrace = () => new LegTrace((now) => WALL + now);

test('an RTCP datagram is copied, with its way and its time', () => {
  const trace = newTrace();
  const datagram = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 7]);
  trace.rtcp('in', 'video', 20_003, REMOTE, datagram, 5);
  datagram.fill(0);
  assert.deepEqual(trace.take('leg', false), {
    leg: 'leg',
    leftOut: 0,
    events: [
      {
        kind: 'rtcp',
        at: WALL + 5,
        direction: 'in',
        media: 'video',
        localPort: 20_003,
        remote: REMOTE,
        bytes: Uint8Array.from([0x80, 201, 0, 1, 0, 0, 0, 7]),
      },
    ],
  });
  assert.equal(trace.take('leg', false), undefined);
});

test('what exceeds a second’s share, or is too long, is counted; the next second has room again', () => {
  const trace = newTrace();
  for (let index = 0; index < 100; index++) {
    trace.rtcp('out', 'audio', 20_001, REMOTE, Buffer.alloc(8), index);
    trace.keyFrameWanted('pli', index);
  }
  trace.rtcp('in', 'audio', 20_001, REMOTE, Buffer.alloc(1473), 100);
  const told = trace.take('leg', false);
  assert.equal(told?.events.length, 32);
  assert.equal(told?.leftOut, 169);
  trace.rtcp('out', 'audio', 20_001, REMOTE, Buffer.alloc(8), 200);
  assert.equal(trace.take('leg', false)?.events.length, 1);
});

test('a busy engine tells how much there was, not what', () => {
  const trace = newTrace();
  trace.keyFrameAsked('fir', 1);
  assert.deepEqual(trace.take('leg', true), { leg: 'leg', events: [], leftOut: 1 });
});

test('a key frame that was wanted is told with its wait, from the first request on; others are not', () => {
  const trace = newTrace();
  trace.keyFrameGiven(1);
  trace.keyFrameWanted('signalling', 10);
  trace.keyFrameWanted('pli', 30);
  trace.keyFrameGiven(60);
  trace.keyFrameGiven(70);
  const steps = trace.take('leg', false)?.events.map((event) => ('step' in event ? [event.step, event.waited] : []));
  assert.deepEqual(steps, [
    ['wanted', undefined],
    ['wanted', undefined],
    ['given', 50],
  ]);
});
