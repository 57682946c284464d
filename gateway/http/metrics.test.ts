import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FactOf, LegFigures, StreamCounters } from '#mcu/engine/protocol.ts';
import { END_REASONS } from '#signaling/call/call.ts';
import { ExampleParty, roomPlan } from '../conference/example-parties.ts';
import { Lesson } from '../conference/lesson.ts';
import { Metrics } from './metrics.ts';

/** Sample name with its labels, to value. */
async function samples(metrics: Metrics, lessons: readonly Lesson[] = []): Promise<Map<string, number>> {
  const text = await metrics.text(lessons);
  const read = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(classbridge_\w+(?:\{[^}]*\})?) (\S+)$/.exec(line);
    if (match !== null) {
      read.set(match[1] ?? '', Number(match[2]));
    } else if (line !== '') {
      assert.match(line, /^# (HELP|TYPE) classbridge_\w+ .+$/);
    }
  }
  return read;
}

function counters(changes: Partial<StreamCounters> = {}): StreamCounters {
  return { packets: 0, bytes: 0, lost: 0, jitter: 0, ...changes };
}

function figures(leg: string, video: { in: StreamCounters; out: StreamCounters; decoded: number }): LegFigures {
  const keyFrames = { keyFramesAsked: 0, keyFramesGiven: 0, keyFrameRequests: { pli: 0, fir: 0, signalling: 0 } };
  const mix = { hold: 0, mixDelays: [], keyFrameWaits: [] };
  const rest = { width: 640, height: 360, freezes: 0, ...keyFrames, ...mix };
  return { leg, lesson: '1001', silentFor: 0, video: { ...rest, ...video } };
}

function report(legs: LegFigures[], changes: Partial<FactOf<'figures'>> = {}): FactOf<'figures'> {
  const base = { mixTimes: [], ticksSkipped: 0, eventLoopDelay: { picture: 4, io: 2 } };
  return { type: 'figures', legs, ...base, ...changes };
}

function lessonOf(...parties: ExampleParty[]): Lesson {
  const lesson = new Lesson('1001', 'Mathematics');
  for (const party of parties) {
    lesson.add(party);
  }
  return lesson;
}

const VIDEO = 'class="1001",seat="2",protocol="sip",media="video"';

test('rates are made of the counters of two reports; a leg is named by class and seat', async () => {
  const metrics = new Metrics();
  const lessons = [lessonOf(new ExampleParty('a'), new ExampleParty('b'))];
  const first = { in: counters({ packets: 100, bytes: 10_000, lost: 5 }), out: counters(), decoded: 25 };
  metrics.engineReported(report([figures('b', first)]), lessons, 10);
  assert.equal(
    (await samples(metrics, lessons)).get(`classbridge_leg_bit_rate_bits_per_second{${VIDEO},direction="in"}`),
    undefined,
  );
  const second = {
    in: counters({ packets: 190, bytes: 60_000, lost: 15, jitter: 12 }),
    out: counters({ packets: 200, bytes: 25_000, lost: 50 }),
    decoded: 75,
  };
  metrics.engineReported(report([figures('b', second)]), lessons, 12);
  const read = await samples(metrics, lessons);
  assert.equal(read.get(`classbridge_leg_bit_rate_bits_per_second{${VIDEO},direction="in"}`), 200_000);
  assert.equal(read.get(`classbridge_leg_bit_rate_bits_per_second{${VIDEO},direction="out"}`), 100_000);
  assert.equal(read.get(`classbridge_leg_loss_ratio{${VIDEO},direction="in"}`), 0.1);
  assert.equal(read.get(`classbridge_leg_loss_ratio{${VIDEO},direction="out"}`), 0.25);
  assert.equal(read.get(`classbridge_leg_jitter_seconds{${VIDEO}}`), 0.012);
  assert.equal(read.get('classbridge_leg_frame_rate_frames_per_second{class="1001",seat="2",protocol="sip"}'), 25);
});

test('counters that begin again with another engine make no negative rates', async () => {
  const metrics = new Metrics();
  const lessons = [lessonOf(new ExampleParty('x'), new ExampleParty('b'))];
  const high = counters({ packets: 1000, bytes: 100_000, lost: 90 });
  metrics.engineReported(report([figures('b', { in: high, out: high, decoded: 900 })]), lessons, 10);
  const low = counters({ packets: 10, bytes: 1000 });
  metrics.engineReported(report([figures('b', { in: low, out: low, decoded: 5 })]), lessons, 11);
  for (const [name, value] of await samples(metrics, lessons)) {
    assert.ok(value >= 0, `${name} ${value}`);
  }
});

test('a leg that is gone leaves no gauge behind; nor do calls', async () => {
  const metrics = new Metrics();
  const lessons = [lessonOf(new ExampleParty('a', roomPlan(20_000)), new ExampleParty('b', roomPlan(20_004)))];
  const one = { in: counters(), out: counters(), decoded: 1 };
  metrics.engineReported(report([figures('b', one)]), lessons, 10);
  metrics.engineReported(report([figures('b', one)]), lessons, 11);
  assert.ok([...(await samples(metrics, lessons)).keys()].some((name) => name.includes('seat="2"')));
  metrics.engineReported(report([]), [], 12);
  const read = await samples(metrics, []);
  assert.ok(![...read.keys()].some((name) => name.includes('seat=')));
  assert.equal(read.get('classbridge_calls{protocol="sip",state="up"}'), 0);
});

test('calls are counted by state: up from when media is agreed, also for who only listens', async () => {
  const metrics = new Metrics();
  const listener = new ExampleParty('c', roomPlan(20_004), 'webrtc');
  listener.sends = { audio: false, video: false };
  const lessons = [lessonOf(new ExampleParty('a', roomPlan(20_000)), new ExampleParty('b'), listener)];
  const read = await samples(metrics, lessons);
  assert.equal(read.get('classbridge_calls{protocol="sip",state="up"}'), 1);
  assert.equal(read.get('classbridge_calls{protocol="sip",state="joining"}'), 1);
  assert.equal(read.get('classbridge_calls{protocol="webrtc",state="up"}'), 1);
  assert.equal(read.get('classbridge_lessons'), 1);
});

test('ended calls are there for every reason from the beginning', async () => {
  const metrics = new Metrics();
  metrics.callEnded('sip', 'no-common-media');
  metrics.callEnded('sip', 'no-common-media');
  const read = await samples(metrics);
  assert.equal(read.get('classbridge_calls_ended_total{protocol="sip",reason="no-common-media"}'), 2);
  for (const reason of END_REASONS) {
    assert.notEqual(read.get(`classbridge_calls_ended_total{protocol="webrtc",reason="${reason}"}`), undefined, reason);
  }
});

test('the engine’s own figures are in seconds', async () => {
  const metrics = new Metrics();
  metrics.engineReported(report([], { mixTimes: [0.011, 0.3], ticksSkipped: 7 }), [], 1);
  metrics.gatewayDelay(12.5);
  const read = await samples(metrics);
  assert.equal(read.get('classbridge_engine_ticks_skipped_total'), 7);
  assert.equal(read.get('classbridge_event_loop_delay_seconds{thread="engine-picture"}'), 0.004);
  assert.equal(read.get('classbridge_event_loop_delay_seconds{thread="engine-io"}'), 0.002);
  assert.equal(read.get('classbridge_event_loop_delay_seconds{thread="gateway"}'), 0.0125);
  assert.equal(read.get('classbridge_mix_time_seconds_count'), 2);
  assert.equal(read.get('classbridge_mix_time_seconds_bucket{le="0.015"}'), 1);
});
