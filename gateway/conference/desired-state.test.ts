import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishedPicture } from '#codecs/mediasoup/published.ts';
import { desiredSchema } from '#mcu/engine/protocol.ts';
import { buildDesired, type LessonState } from './desired-state.ts';
import { ExampleParty, roomPlan, roomVideo } from './example-parties.ts';

const LIMITS = { maximumHeight: 1080, maximumBitRate: 2_000_000 };
const RELAY = { address: '127.0.0.1', port: 28_000 };

function lesson(changes: Partial<LessonState> = {}): LessonState {
  return { id: '1001', parties: [], published: undefined, forwarded: [], ...changes };
}

/** mediasoup's producer: the builder does not look at it. */
const NO_PRODUCER = {} as NonNullable<LessonState['published']>['producer'];

test('parties with a plan are legs of their lesson, cells of its view in the order of joining', () => {
  const parties = [
    new ExampleParty('a', roomPlan(20_000)),
    new ExampleParty('still-ringing'),
    new ExampleParty('b', roomPlan(20_004, { cameraOff: true })),
  ];
  const desired = buildDesired(7, [lesson({ parties })], LIMITS);
  assert.equal(desired.number, 7);
  assert.deepEqual(
    desired.legs.map(({ id, lesson: of, name, cname, cameraOff }) => [id, of, name, cname, cameraOff]),
    [
      ['a', '1001', 'Room a', 'classbridge-1001', false],
      ['b', '1001', 'Room b', 'classbridge-1001', true],
    ],
  );
  assert.deepEqual(desired.views, [{ id: 'view-1001', layout: 'grid', sources: ['a', 'b'] }]);
});

test('parties with like needs share one encoding; nothing is encoded for whom receives no view', () => {
  const poor = roomPlan(20_008);
  const parties = [
    new ExampleParty('a', roomPlan(20_000)),
    new ExampleParty('b', roomPlan(20_004)),
    new ExampleParty('poor', { ...poor, video: { ...poor.video, media: roomVideo({ sendBitRate: 300_000 }) } }),
    new ExampleParty('browser', roomPlan(20_012, { receivesView: false }), 'webrtc'),
  ];
  const desired = buildDesired(1, [lesson({ parties })], LIMITS);
  const carried = desired.legs.map(({ video }) =>
    video?.outputs.map((output) => 'rendition' in output && output.rendition),
  );
  assert.deepEqual(carried[0], carried[1]);
  assert.notDeepEqual(carried[0], carried[2]);
  assert.deepEqual(carried[3], []);
  assert.equal(desired.renditions.length, 2);
});

test('a room on hold is sent no picture, and keeps its ports and its cell', () => {
  for (const direction of ['inactive', 'recvonly'] as const) {
    const plan = roomPlan(20_000);
    const held = { ...plan, video: { ...plan.video, media: roomVideo({ direction }) } };
    const desired = buildDesired(1, [lesson({ parties: [new ExampleParty('a', held)] })], LIMITS);
    assert.deepEqual(desired.legs[0]?.video?.outputs, []);
    assert.equal(desired.legs[0]?.video?.local.port, 20_002);
    assert.deepEqual(desired.renditions, []);
    assert.deepEqual(desired.views[0]?.sources, ['a']);
  }
});

test('the mix for browsers is a leg that sends every layer, and is nobody’s cell', () => {
  const published = {
    leg: 'mix-1001',
    ...RELAY,
    ssrcs: [5, 6],
    media: publishedPicture(RELAY),
    producer: NO_PRODUCER,
  };
  const desired = buildDesired(1, [lesson({ published })], { ...LIMITS, maximumBitRate: 800_000 });
  const [leg] = desired.legs;
  assert.deepEqual(
    leg?.video?.outputs.map(({ ssrc }) => ssrc),
    [5, 6],
  );
  assert.equal(leg?.audio, undefined);
  assert.deepEqual(desired.views[0]?.sources, []);
  assert.deepEqual(
    desired.renditions.map(({ height, bitRate }) => [height, bitRate]),
    [
      [360, 512_000],
      [720, 800_000],
    ],
  );
});

test('a picture that is sent on as it is names its source, and costs no encoding', () => {
  const picture = {
    leg: 'own-a',
    source: 'a',
    ...RELAY,
    ssrc: 9,
    media: publishedPicture(RELAY),
    producer: NO_PRODUCER,
    close: () => {},
  };
  const desired = buildDesired(1, [lesson({ forwarded: [picture] })], LIMITS);
  assert.deepEqual(desired.legs[0]?.video?.outputs, [{ ssrc: 9, source: 'a' }]);
  assert.deepEqual(desired.renditions, []);
  assert.deepEqual(desired.views[0]?.sources, []);
});

test('whatever the configuration admits, the engine takes: the longest code, the most parties, several lessons', () => {
  const full = (id: string, from: number) => ({
    ...lesson({ id }),
    parties: Array.from({ length: 25 }, (_, index) => {
      const party = new ExampleParty(`${id}-${index}`, roomPlan(from + 4 * index));
      return Object.assign(party, { name: '教'.repeat(64) });
    }),
  });
  const desired = buildDesired(1, [full('c'.repeat(32), 20_000), full('1001', 21_000)], LIMITS);
  const checked = desiredSchema.safeParse(desired);
  assert.deepEqual(checked.success ? [] : checked.error.issues, []);
});

test('the same lessons give the same state', () => {
  const lessons = [lesson({ parties: [new ExampleParty('a', roomPlan(20_000))] })];
  assert.deepEqual(buildDesired(1, lessons, LIMITS), buildDesired(1, lessons, LIMITS));
});
