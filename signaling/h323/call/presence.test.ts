import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Presence } from './presence.ts';

test('H.245 is due thirty seconds after the answer, once', () => {
  const presence = new Presence();
  presence.answered(1000);
  assert.deepEqual(
    [30_999, 31_000, 90_000].map((now) => presence.tick(now)),
    [undefined, 'no-control', undefined],
  );
  presence.answered(100_000);
  presence.controlled();
  assert.equal(presence.tick(200_000), undefined);
});

test('a question is asked once for all who want to know, and any word of the far side answers it', async () => {
  const presence = new Presence();
  let asked = 0;
  const ask = () => {
    asked += 1;
  };
  const first = presence.probe(0, ask);
  const second = presence.probe(5000, ask);
  presence.heard(5000);
  assert.deepEqual([await first, await second, asked], [true, true, 1]);

  const third = presence.probe(20_000, ask);
  // Media that came before the question are no answer.
  presence.heard(19_999);
  assert.deepEqual([presence.tick(29_999), presence.tick(30_000)], [undefined, undefined]);
  assert.deepEqual([await third, asked], [false, 2]);

  const last = presence.probe(40_000, ask);
  presence.over();
  assert.equal(await last, false);
});

/** A far side that is asked for the round trip every 20 s and never answers. `heard`: when something else comes of it. */
function silent(heard: (presence: Presence, now: number) => void, until = 600_000) {
  const presence = new Presence();
  let asked = 0;
  for (let now = 1000; now <= until; now += 1000) {
    heard(presence, now);
    if (now % 20_000 === 10_000 && now > 20_000) {
      presence.unanswered(now - 10_000, now, () => {
        asked += 1;
      });
    }
    if (presence.tick(now) === 'gone') {
      return { goneAt: now, asked };
    }
  }
  return { goneAt: undefined, asked };
}

test('who says nothing at all is gone after three round trips and one last question', () => {
  assert.deepEqual(
    silent(() => undefined),
    { goneAt: 80_000, asked: 1 },
  );
});

test('who never answers a round trip and is heard otherwise is there', () => {
  const every = (interval: number) => silent((presence, now) => now % interval === 0 && presence.heard(now));
  assert.deepEqual([every(1000), every(15_000), every(30_000)], Array(3).fill({ goneAt: undefined, asked: 0 }));
  // A report tells each second how long ago the last media came: these end at 45 s.
  const media = silent((presence, now) => presence.heard(Math.min(now, 45_000)));
  assert.deepEqual(media, { goneAt: 120_000, asked: 1 });
});

test('who answers the last question alone is there', () => {
  const presence = new Presence();
  let asked = 0;
  for (let round = 1; round <= 30; round++) {
    presence.unanswered(20_000 * round, 20_000 * round + 10_000, () => {
      asked += 1;
      presence.heard(20_000 * round + 10_000);
    });
    assert.equal(presence.tick(20_000 * round + 20_000), undefined);
  }
  assert.equal(asked, 10);
});
