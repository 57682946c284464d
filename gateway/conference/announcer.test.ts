import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANNOUNCE_INTERVAL, Announcer } from './announcer.ts';

test('the first is told at once, what follows soon together, and what was last is always told', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let state = 0;
  const told: number[] = [];
  const announcer = new Announcer(() => told.push(state));
  const change = () => {
    state += 1;
    announcer.announce();
  };
  change();
  assert.deepEqual(told, [1]);
  for (let count = 0; count < 50; count++) {
    change();
    context.mock.timers.tick(ANNOUNCE_INTERVAL / 10);
  }
  assert.equal(told.length, 6, 'five intervals');
  context.mock.timers.tick(ANNOUNCE_INTERVAL);
  assert.equal(told.at(-1), 51);
  context.mock.timers.tick(10 * ANNOUNCE_INTERVAL);
  const before = told.length;
  change();
  assert.equal(told.length, before + 1, 'after a rest at once again');
});

test('one that announces while it tells is heard', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let count = 0;
  const announcer: Announcer = new Announcer(() => {
    count += 1;
    if (count === 1) {
      announcer.announce();
    }
  });
  announcer.announce();
  assert.equal(count, 1);
  context.mock.timers.tick(ANNOUNCE_INTERVAL);
  assert.equal(count, 2);
});
