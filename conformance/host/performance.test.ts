import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Performance } from './performance.ts';
import type { PictureLoop } from './picture-loop.ts';
import type { SoundLoop } from './sound-loop.ts';

const settings = { host: 1, width: 320, height: 180, frameRate: 25, bitRate: 100_000, frames: 3 };
const pictures: PictureLoop = { settings, pictures: ['a', 'b', 'c'].map((text) => Buffer.from(text)) };
const sounds: SoundLoop = { codec: 'PCMA', payloads: ['0', '1', '2', '3'].map((text) => Buffer.from(text)) };

/** So many ticks, as text: picture and sound. */
function play(performance: Performance, ticks: number): string {
  return Array.from({ length: ticks }, () => {
    const { picture, sound } = performance.next();
    return `${picture?.data.toString() ?? ''}${picture?.frame ?? ''}${sound?.toString() ?? '-'}`;
  }).join(' ');
}

test('pictures come every other tick, sound in each; both loops go round', () => {
  const performance = new Performance();
  performance.use(pictures, sounds);
  assert.equal(play(performance, 8), 'a00 1 b12 3 c20 1 a02 3');
  assert.equal(performance.keyFrames, 2);
});

test('a wish for a key frame begins picture and sound anew, in step', () => {
  const performance = new Performance();
  performance.use(pictures, sounds);
  play(performance, 3);
  performance.giveKeyFrame();
  assert.equal(play(performance, 3), 'a00 1 b12');
  assert.equal(performance.keyFrames, 2);
});

test('another sound goes on where the old one was; another picture begins both anew', () => {
  const performance = new Performance();
  performance.use(pictures, sounds);
  play(performance, 1);
  performance.use(pictures, { codec: 'PCMU', payloads: ['w', 'x', 'y', 'z'].map((text) => Buffer.from(text)) });
  assert.equal(play(performance, 2), 'x b1y');
  performance.use({ settings, pictures: [Buffer.from('q')] }, sounds);
  assert.equal(play(performance, 2), 'q00 1');
});

test('what is interposed replaces the sound once, and the loop keeps its time', () => {
  const performance = new Performance();
  performance.use(undefined, sounds);
  performance.interpose([Buffer.from('!'), Buffer.from('?')]);
  assert.equal(play(performance, 5), '! ? 2 3 0');
  performance.use(undefined, undefined);
  assert.equal(play(performance, 2), '- -');
});
