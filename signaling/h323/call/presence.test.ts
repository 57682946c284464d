import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Presence } from './presence.ts';

test('H.245 is due thirty seconds after the answer, once', () => {
  const presence = new Presence();
  presence.answered(1000);
  assert.deepEqual(
    [30_999, 31_000, 90_000].map((now) => presence.tick(now)),
    [false, true, false],
  );
  presence.answered(100_000);
  presence.controlled();
  assert.equal(presence.tick(200_000), false);
});

test('a question is asked once for all who want to know, and any word of the far side answers it', async () => {
  const presence = new Presence();
  let asked = 0;
  const ask = () => {
    asked += 1;
  };
  const first = presence.probe(0, ask);
  const second = presence.probe(5000, ask);
  presence.heard();
  assert.deepEqual([await first, await second, asked], [true, true, 1]);

  const third = presence.probe(20_000, ask);
  presence.tick(29_999);
  presence.tick(30_000);
  assert.deepEqual([await third, asked], [false, 2]);

  const last = presence.probe(40_000, ask);
  presence.over();
  assert.equal(await last, false);
});
