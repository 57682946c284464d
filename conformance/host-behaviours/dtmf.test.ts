import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { toneLevels } from '../measurement/tone-levels.ts';
import { until } from '../media/until.ts';
import { callBetweenHosts } from './call-between-hosts.ts';
import { frequenciesOf, pressAsEvent, pressAsInfo, pressAsTones } from './dtmf.ts';

test('digits arrive as events and as INFO in both spellings', async () => {
  const { caller, callee, end } = await callBetweenHosts();
  const digits: string[] = [];
  callee.media.on('digit', (digit) => digits.push(digit));
  try {
    await pressAsEvent(caller, '5');
    await pressAsEvent(caller, '#');
    assert.equal(await pressAsInfo(caller, '7', 'application/dtmf-relay'), 200);
    assert.equal(await pressAsInfo(caller, '*', 'application/dtmf'), 200);
    await until('all digits', 2000, () => (digits.length >= 4 ? true : undefined));
    assert.deepEqual(digits, ['5', '#', '7', '*']);
  } finally {
    await end();
  }
});

test('digits are heard as their two tones, for as long as they are pressed', async () => {
  const { caller, callee, end } = await callBetweenHosts({ sounds: ['PCMA'] });
  try {
    const [row, column] = frequenciesOf('8');
    assert.deepEqual([row, column], [852, 1336]);
    await sleep(500);
    const before = toneLevels(callee.media.heard, [row, column], 1);
    await pressAsTones(caller, '8');
    await sleep(500);
    const after = toneLevels(callee.media.heard, [row, column, 697, 1477], 1);
    assert.ok((before.get(row) ?? 1) < 0.05 && (before.get(column) ?? 1) < 0.05, 'not before');
    assert.ok((after.get(row) ?? 0) > 0.15 && (after.get(column) ?? 0) > 0.15, 'both tones');
    assert.ok((after.get(697) ?? 1) < 0.08 && (after.get(1477) ?? 1) < 0.08, 'no others');
  } finally {
    await end();
  }
  assert.throws(() => frequenciesOf('E'), RangeError);
  assert.throws(() => frequenciesOf('12'), RangeError);
});
