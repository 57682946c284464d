import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NONE_DROPPED } from '#mcu/leg/drop-reason.ts';
import { END_REASONS } from '#signaling/call/call.ts';
import { ExampleParty, roomPlan } from '../conference/example-parties.ts';
import { Lesson } from '../conference/lesson.ts';
import { audioFigures, counters, legFigures, report, samples, videoFigures } from './example-figures.ts';
import { Metrics } from './metrics.ts';

function lessonOf(...parties: ExampleParty[]): Lesson {
  const lesson = new Lesson('1001', 'Mathematics');
  for (const party of parties) {
    lesson.add(party);
  }
  return lesson;
}

const made = () => new Metrics({ askedBitRate: 2_000_000 });

async function read(metrics: Metrics, lessons: readonly Lesson[] = []): Promise<(name: string) => number | undefined> {
  const values = samples(await metrics.text(lessons));
  return (name) => values.get(name);
}

const SIP = 'protocol="sip",media="video"';

test('streams are summed by protocol; rates are measured against what is wanted', async () => {
  const metrics = made();
  const lessons = [lessonOf(new ExampleParty('a'), new ExampleParty('b'))];
  const legs = (packets: number, lost: number) =>
    ['a', 'b'].map((leg) =>
      legFigures(leg, {
        video: videoFigures({
          in: counters({ packets, bytes: 1000 * packets, lost, jitter: 12 }),
          out: counters({ packets, bytes: 500 * packets }),
          targetBitRate: 1_000_000,
          lossRatio: 0.25,
          roundTrip: 40,
        }),
      }),
    );
  metrics.engineReported(report(legs(100, 0), { at: 5000 }), lessons, 10);
  metrics.engineReported(report(legs(190, 10), { at: 6000 }), lessons, 11.4);
  const value = await read(metrics, lessons);
  assert.equal(value(`rtp_packets_total{${SIP},direction="in"}`), 380);
  assert.equal(value(`rtp_payload_bytes_total{${SIP},direction="out"}`), 190_000);
  assert.equal(value(`rtp_packets_lost_total{${SIP},direction="in"}`), 20);
  assert.equal(value(`leg_loss_ratio_sum{${SIP},direction="in"}`), 0.2);
  assert.equal(value(`leg_loss_ratio_bucket{le="0.2",${SIP},direction="out"}`), 0);
  assert.equal(value(`leg_loss_ratio_bucket{le="0.5",${SIP},direction="out"}`), 4);
  assert.equal(value(`leg_jitter_seconds_bucket{le="0.02",${SIP}}`), 4);
  assert.equal(value(`leg_round_trip_seconds_sum{${SIP}}`), 0.16);
  assert.equal(value('video_wanted_bytes_per_second{protocol="sip",direction="in"}'), 500_000);
  assert.equal(value('video_wanted_bytes_per_second{protocol="sip",direction="out"}'), 250_000);
  // 720 and 360 kbit in a second, of which 2000 and 1000 were wanted.
  assert.equal(value('leg_video_bit_rate_ratio_sum{protocol="sip",direction="in"}'), 0.72);
  assert.equal(value('leg_video_bit_rate_ratio_count{protocol="sip",direction="out"}'), 2);
});

test('no label names a call, a class or a seat, and legs that leave take nothing with them', async () => {
  const metrics = made();
  const lessons = [lessonOf(new ExampleParty('a-call'), new ExampleParty('b-call'))];
  const legs = ['a-call', 'b-call'].map((leg) => legFigures(leg, { video: videoFigures({ decoded: 5 }) }));
  metrics.engineReported(report(legs), lessons, 10);
  const before = await metrics.text(lessons);
  assert.doesNotMatch(before, /a-call|1001|seat|Room/);
  metrics.engineReported(report([]), [], 11);
  const value = await read(metrics);
  assert.equal(value('pictures_decoded_total{protocol="sip"}'), 10);
  assert.equal(value('video_wanted_bytes_per_second{protocol="sip",direction="in"}'), undefined);
});

test('pictures: freezes, key frames by the way of asking, delay and skew of the mix', async () => {
  const metrics = made();
  const lessons = [lessonOf(new ExampleParty('a'), new ExampleParty('b', undefined, 'webrtc'))];
  const legs = [
    legFigures('a', {
      video: videoFigures({
        leftOut: 4,
        freezes: 2,
        keyFrameRequests: { pli: 3, fir: 1, signalling: 0 },
        keyFrameWaits: [{ request: 'fir', waited: 450 }],
        mixDelays: [45, 55],
        skew: 30,
      }),
    }),
    legFigures('b', { video: videoFigures({ skew: -70 }) }),
  ];
  metrics.engineReported(report(legs), lessons, 10);
  const value = await read(metrics, lessons);
  assert.equal(value('pictures_left_out_total{protocol="sip"}'), 4);
  assert.equal(value('freezes_total{protocol="sip"}'), 2);
  assert.equal(value('freezes_total{protocol="webrtc"}'), 0);
  assert.equal(value('key_frames_asked_total{protocol="sip",request="pli"}'), 3);
  assert.equal(value('key_frame_wait_seconds_sum{protocol="sip",request="fir"}'), 0.45);
  assert.equal(value('mix_delay_seconds_sum{protocol="sip"}'), 0.1);
  assert.equal(value('mix_delay_seconds_bucket{le="0.05",protocol="sip"}'), 1);
  assert.equal(value('av_skew_seconds_sum{protocol="sip",later="picture"}'), 0.03);
  assert.equal(value('av_skew_seconds_sum{protocol="webrtc",later="sound"}'), 0.07);
});

test('sound: what was covered, as a share of what came', async () => {
  const metrics = made();
  const lessons = [lessonOf(new ExampleParty('a'))];
  const legs = [
    legFigures('a', { audio: audioFigures({ in: counters({ packets: 45 }), concealed: 5, playoutDelay: 60 }) }),
  ];
  metrics.engineReported(report(legs), lessons, 10);
  const value = await read(metrics, lessons);
  assert.equal(value('audio_concealed_packets_total{protocol="sip"}'), 5);
  assert.equal(value('leg_audio_concealed_ratio_sum{protocol="sip"}'), 0.1);
  assert.equal(value('playout_buffer_seconds_sum{protocol="sip"}'), 0.06);
});

test('a stream that was announced and brings nothing is counted, one that is muted is not', async () => {
  const metrics = made();
  const muted = new ExampleParty('b');
  muted.sends = { audio: false, video: false };
  const lessons = [lessonOf(new ExampleParty('a'), muted)];
  const legs = ['a', 'b'].map((leg) =>
    legFigures(leg, { audio: audioFigures({ in: counters({ packets: 9 }) }), video: videoFigures() }),
  );
  for (let now = 0; now < 20; now += 1) {
    metrics.engineReported(report(legs), lessons, now);
  }
  const value = await read(metrics, lessons);
  assert.equal(value(`zero_packet_streams_total{${SIP}}`), 1);
  assert.equal(value('zero_packet_streams_total{protocol="sip",media="audio"}'), 0);
});

test('a call: entered, heard, ended', async () => {
  const metrics = made();
  const party = new ExampleParty('a');
  const lesson = lessonOf(party);
  metrics.callEntered(lesson, party, 100);
  metrics.engineReported(report([legFigures('a')]), [lesson], 101);
  metrics.engineReported(report([legFigures('a', { heardFor: 600 })]), [lesson], 102);
  metrics.engineReported(report([legFigures('a', { heardFor: 1600 })]), [lesson], 103);
  metrics.callEnded('sip', 'remote-hangup', party, 160);
  metrics.callEnded('sip', 'unknown-class', undefined, 170);
  const value = await read(metrics);
  assert.equal(value('joins_total{protocol="sip",direction="inbound"}'), 1);
  assert.equal(value('lessons_started_total'), 1);
  assert.equal(value('join_seconds_count{protocol="sip",direction="inbound"}'), 1);
  assert.equal(value('join_seconds_bucket{le="1.5",protocol="sip",direction="inbound"}'), 1);
  assert.equal(value('join_seconds_bucket{le="1",protocol="sip",direction="inbound"}'), 0);
  assert.equal(value('call_duration_seconds_sum{protocol="sip"}'), 60);
  assert.equal(value('call_duration_seconds_count{protocol="sip"}'), 1);
});

test('calls are counted by state: up from when media is agreed, also for who only listens', async () => {
  const listener = new ExampleParty('c', roomPlan(20_004), 'webrtc');
  listener.sends = { audio: false, video: false };
  const value = await read(made(), [
    lessonOf(new ExampleParty('a', roomPlan(20_000)), new ExampleParty('b'), listener),
  ]);
  assert.equal(value('calls{protocol="sip",state="up"}'), 1);
  assert.equal(value('calls{protocol="sip",state="joining"}'), 1);
  assert.equal(value('calls{protocol="webrtc",state="up"}'), 1);
  assert.equal(value('lessons'), 1);
});

test('ended calls are there for every reason from the beginning', async () => {
  const metrics = made();
  metrics.callEnded('sip', 'no-common-media');
  metrics.callEnded('sip', 'no-common-media');
  const value = await read(metrics);
  assert.equal(value('calls_ended_total{protocol="sip",reason="no-common-media"}'), 2);
  for (const reason of END_REASONS) {
    assert.notEqual(value(`calls_ended_total{protocol="webrtc",reason="${reason}"}`), undefined, reason);
  }
});

test('the engine’s own figures are in seconds, and skipped pictures add up', async () => {
  const metrics = made();
  metrics.engineReported(report([], { mixTimes: [0.011, 0.3], ticksSkipped: 7 }), [], 1);
  metrics.engineReported(report([], { ticksSkipped: 2 }), [], 2);
  metrics.gatewayDelay(12.5);
  const value = await read(metrics);
  assert.equal(value('engine_ticks_skipped_total'), 9);
  assert.equal(value('event_loop_delay_seconds{thread="engine-picture"}'), 0.004);
  assert.equal(value('event_loop_delay_seconds{thread="engine-io"}'), 0.002);
  assert.equal(value('event_loop_delay_seconds{thread="gateway"}'), 0.0125);
  assert.equal(value('mix_time_seconds_count'), 2);
  assert.equal(value('mix_time_seconds_bucket{le="0.015"}'), 1);
});

test('datagrams that were not let in are counted by their reason', async () => {
  const metrics = new Metrics({ askedBitRate: 1_000_000 });
  const lessons = [lessonOf(new ExampleParty('a', roomPlan(20_000)))];
  const dropped = { ...NONE_DROPPED, 'wrong-source': 40, 'over-rate': 2 };
  metrics.engineReported(report([legFigures('a', { dropped: { ...NONE_DROPPED, 'wrong-source': 30 } })]), lessons, 1);
  metrics.engineReported(report([legFigures('a', { dropped })]), lessons, 2);
  const read = await samples(await metrics.text(lessons));
  assert.equal(read.get('media_dropped_total{protocol="sip",reason="wrong-source"}'), 40);
  assert.equal(read.get('media_dropped_total{protocol="sip",reason="over-rate"}'), 2);
  assert.equal(read.get('media_dropped_total{protocol="webrtc",reason="not-rtp"}'), 0);
});
