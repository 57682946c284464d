import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardedSound } from './guarded-sound.ts';
import { SoundMixer, type SoundParty, TICK_MS } from './sound-mixer.ts';

test('a party whose sound cannot be had, nor brought to it, is told of; the others go on', async () => {
  const mixer = new SoundMixer((error) => assert.fail(String(error)));
  const faults: unknown[] = [];
  const delivered: boolean[] = [];
  const broken: SoundParty = {
    leg: 'broken',
    lesson: 'l',
    pull: () => {
      throw new Error('pull');
    },
    listen: {
      codec: 'PCMA',
      deliver: () => {
        throw new Error('deliver');
      },
    },
  };
  const whole: SoundParty = {
    leg: 'whole',
    lesson: 'l',
    pull: (count) => new Float32Array(count),
    listen: { codec: 'PCMA', deliver: (payload) => delivered.push(payload !== undefined) },
  };
  const parties = [guardedSound(broken, (error) => faults.push(String(error))), whole].filter(
    (one) => one !== undefined,
  );
  for (let tick = 0; tick < 200 && !delivered.includes(true); tick++) {
    mixer.tick(parties, tick * TICK_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(delivered.includes(true));
  assert.deepEqual(faults.slice(0, 2), ['Error: pull', 'Error: deliver']);
  assert.equal(
    guardedSound(undefined, () => assert.fail()),
    undefined,
  );
  mixer.close();
});
