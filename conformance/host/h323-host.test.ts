import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { heardTones } from '../measurement/tone-levels.ts';
import { until } from '../media/until.ts';
import { H323Host, type H323HostOptions } from './h323-host.ts';
import { encodePictureLoop, type PictureLoop } from './picture-loop.ts';
import { encodeBeepLoop, type SoundLoop } from './sound-loop.ts';

const ADDRESS = '127.0.0.1';
const SHAPE = { width: 320, height: 180, frameRate: 25, bitRate: 300_000, frames: 500 };

let loops: PictureLoop[];
let sounds: SoundLoop[];

before(async () => {
  loops = await Promise.all([1, 2].map((host) => encodePictureLoop({ ...SHAPE, host })));
  sounds = await Promise.all([400, 900].map((frequency) => encodeBeepLoop('G722', frequency)));
});

function open(number: 1 | 2, options: Partial<H323HostOptions> = {}): Promise<H323Host> {
  const [picture, sound] = [loops[number - 1], sounds[number - 1]];
  assert.ok(picture && sound);
  return H323Host.open({ address: ADDRESS, name: `Host ${number}`, pictures: [picture], sounds: [sound], ...options });
}

async function sees({ media }: H323Host, other: number): Promise<void> {
  assert.ok(
    await media.waitForPicture(({ marks }) => marks.some(({ host }) => host === other), 5000),
    `host ${other} is seen`,
  );
}

const addressOf = ({ uri }: H323Host) => ({ address: ADDRESS, port: Number(uri.split(':').at(-1)) });
let open1: H323Host | undefined;
let open2: H323Host | undefined;
after(() => Promise.all([open1?.hangUp(), open2?.hangUp()]));

test('two hosts see and hear each other, give pictures that H.245 asks for, hang up and call again', async () => {
  const [caller, callee] = await Promise.all([open(1), open(2)]);
  [open1, open2] = [caller, callee];
  const both = [sees(caller, 2), sees(callee, 1)];
  await caller.dial(addressOf(callee), 'Host 2');
  await Promise.all(both);
  await until('both hear the beeps', 5000, () =>
    heardTones(caller.media.heard, [900], 1.1).length + heardTones(callee.media.heard, [400], 1.1).length === 2
      ? true
      : undefined,
  );
  const [sent, came] = [callee.media.keyFramesSent, caller.media.keyFramesReceived];
  const asked = callee.counts.picturesAsked;
  caller.call.requestKeyFrame();
  await until('a key frame comes', 3000, () => (caller.media.keyFramesReceived > came ? true : undefined));
  assert.deepEqual([callee.counts.picturesAsked, callee.media.keyFramesSent], [asked + 1, sent + 1]);

  caller.leave();
  await until('the call is over', 3000, () => (callee.isInCall ? undefined : true));
  assert.deepEqual([caller.counts.ended, callee.counts.ended], [0, 1]);
  const again = sees(caller, 2);
  await callee.dial(addressOf(caller), 'Host 1');
  await again;
  assert.deepEqual([caller.counts.answered, callee.counts.answered], [2, 2]);
  assert.deepEqual([...caller.media.faults, ...callee.media.faults], []);
});

test('a call that is refused rejects with the reason', async () => {
  const [caller, callee] = [open1, open2];
  assert.ok(caller && callee);
  const third = await open(1);
  try {
    await until('they are in their call', 1000, () => (caller.isInCall ? true : undefined));
    await assert.rejects(third.dial(addressOf(callee), 'Host 2'), /busy/);
  } finally {
    await third.hangUp();
  }
});
