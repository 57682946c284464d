import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomAudio, roomVideo } from '../conference/example-parties.ts';
import { Attendance, commonOf, NOTHING, sumOf, weightOf } from './composition.ts';

const HELD = { local: { address: '0.0.0.0', port: 20_000 }, ssrc: 1 };
const leg = (id: string, ...media: ('audio' | 'video')[]) => ({
  id,
  audio: { ...HELD, ...(media.includes('audio') ? { media: roomAudio() } : {}) },
  video: { local: HELD.local, outputs: [], ...(media.includes('video') ? { media: roomVideo() } : {}) },
});

test('encodings weigh by what they encode', () => {
  assert.equal(weightOf([{ width: 1280, height: 720, frameRate: 25 }]), 1);
  assert.equal(weightOf([{ width: 640, height: 360, frameRate: 25 }]), 0.25);
  assert.equal(weightOf([{ width: 1920, height: 1080, frameRate: 25 }]), 2.25);
});

test('a party is what it agreed on; before, it is taken for one with a picture', () => {
  const attendance = new Attendance();
  const count = (now: number, legs: ReturnType<typeof leg>[]) => attendance.count(['a', 'b', 'c'], legs, [], now);
  assert.deepEqual(count(0, []), { pictures: 3, sounds: 0, renditions: 0 });
  const agreed = [leg('a', 'audio', 'video'), leg('b', 'audio'), leg('c')];
  assert.deepEqual(count(5000, agreed), { pictures: 2, sounds: 1, renditions: 0 });
  assert.deepEqual(count(11_000, agreed), { pictures: 1, sounds: 2, renditions: 0 }, 'who sends nothing only watches');
});

test('legs that are no parties do not count', () => {
  assert.deepEqual(new Attendance().count([], [leg('published', 'video')], [], 0), NOTHING);
});

test('what was there all the time, and what is there in all', () => {
  const [few, many] = [
    { pictures: 1, sounds: 4, renditions: 1 },
    { pictures: 3, sounds: 2, renditions: 2 },
  ];
  assert.deepEqual(commonOf([few, many]), { pictures: 1, sounds: 2, renditions: 1 });
  assert.deepEqual(commonOf([]), NOTHING);
  assert.deepEqual(sumOf(few, many), { pictures: 4, sounds: 6, renditions: 3 });
});
