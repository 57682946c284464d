import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { H264Profile } from './description.ts';
import { covers, formatProfileLevelId, parseProfileLevelId } from './h264-profile.ts';

const CASES: readonly (readonly [text: string, profile: H264Profile, level: number, why: string])[] = [
  ['42e01f', 'constrained-baseline', 31, 'browsers'],
  ['42C01F', 'constrained-baseline', 31, 'upper case, set0 and set1'],
  ['42401f', 'constrained-baseline', 31, 'set1 alone'],
  ['4d801f', 'constrained-baseline', 31, 'Main with set0 (table 5)'],
  ['58c01f', 'constrained-baseline', 31, 'Extended with set0 and set1'],
  ['428016', 'baseline', 22, 'Polycom HDX, Cisco CE'],
  ['42001f', 'baseline', 31, 'no flag at all'],
  ['588014', 'baseline', 20, 'Extended with set0 only'],
  ['4D0029', 'main', 41, 'a video phone'],
  ['640C16', 'constrained-high', 22, 'Cisco 8865: set4 and set5'],
  ['640020', 'high', 32, 'Poly X30'],
  ['64e016', 'high', 22, 'Magor: flags that High does not have'],
  ['64080a', 'high', 10, 'Progressive High: set4 alone'],
  ['42f00b', 'constrained-baseline', 9, 'level 1b by constraint_set3'],
  ['42e00b', 'constrained-baseline', 11, 'level 1.1'],
  ['4d100b', 'main', 9, 'level 1b in Main'],
  ['640009', 'high', 9, 'level 1b in High is level_idc 9'],
  ['4280D', 'baseline', 13, 'Tandberg MXP: five digits'],
];

for (const [text, profile, level, why] of CASES) {
  test(`${text} is ${profile} at level_idc ${level} (${why})`, () => {
    const read = parseProfileLevelId(text);
    assert.deepEqual(read && { profile: read.profile, level: read.level }, { profile, level });
  });

  test(`${text} is written as it was spelled`, () => {
    const read = parseProfileLevelId(text);
    assert.ok(read);
    assert.equal(formatProfileLevelId(read), text.length === 5 ? '42800d' : text.toLowerCase());
  });
}

test('profiles that the engine does not decode and text that is no profile-level-id are refused', () => {
  for (const text of ['58001f', '6e001f', '7a001f', 'f4001f', '', '42e0', '42e01g', '42e01f0', ' 42e01f']) {
    assert.equal(parseProfileLevelId(text), undefined, text);
  }
});

test('without a spelling each profile is written in a form that reads back as itself, at levels 1b, 1.1 and 4', () => {
  const profiles: readonly H264Profile[] = ['constrained-baseline', 'baseline', 'main', 'constrained-high', 'high'];
  for (const profile of profiles) {
    for (const level of [9, 11, 40]) {
      const read = parseProfileLevelId(formatProfileLevelId({ profile, level }));
      assert.deepEqual(read && { profile: read.profile, level: read.level }, { profile, level });
    }
  }
});

test('a new level does not inherit the flag of level 1b', () => {
  const read = parseProfileLevelId('42f00b');
  assert.ok(read);
  assert.equal(formatProfileLevelId({ ...read, level: 11 }), '42e00b');
});

test('High covers every profile, Constrained Baseline covers Baseline but not Main', () => {
  assert.ok(covers('high', 'main'));
  assert.ok(covers('high', 'constrained-high'));
  assert.ok(covers('constrained-baseline', 'baseline'));
  assert.ok(!covers('constrained-baseline', 'main'));
  assert.ok(!covers('constrained-high', 'high'));
});
