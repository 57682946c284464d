import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptTimer,
  answerTimer,
  giveUpAfter,
  readSessionExpires,
  refreshAfter,
  type TimerHeaders,
} from './session-timer.ts';

const WISHES = { interval: 1800, minimum: 90 };

function headers(sessionExpires?: string, supported?: string, minSe?: string): TimerHeaders {
  return { sessionExpires, supported, minSe };
}

test('Session-Expires is read in the spellings of rooms', () => {
  assert.deepEqual(readSessionExpires('1800'), { interval: 1800, refresher: undefined });
  assert.deepEqual(readSessionExpires(' 600 ; Refresher=UAS '), { interval: 600, refresher: 'uas' });
  assert.deepEqual(readSessionExpires('600;foo=bar;refresher=uac'), { interval: 600, refresher: 'uac' });
  assert.equal(readSessionExpires('soon'), undefined);
  assert.equal(readSessionExpires(undefined), undefined);
});

test('a caller who asks too short a session is told the least (422)', () => {
  assert.deepEqual(answerTimer(headers('60', 'timer'), WISHES), { minSe: 90 });
  assert.deepEqual(answerTimer(headers('89', '100rel, timer'), WISHES), { minSe: 90 });
});

const ANSWERS: readonly [string, TimerHeaders, string, boolean][] = [
  ['the caller refreshes', headers('600;refresher=uac', 'timer'), '600;refresher=uac', false],
  ['the caller leaves it to us', headers('600;refresher=uas', 'timer'), '600;refresher=uas', true],
  ['the caller does not say who', headers('600', 'timer'), '600;refresher=uac', false],
  ['the caller supports timers and asks for none', headers(undefined, 'timer'), '1800;refresher=uac', false],
  ['the caller knows no timers', headers(), '1800;refresher=uas', true],
  ['a caller without support is not refused', headers('60'), '90;refresher=uas', true],
  ['his Min-SE counts', headers('600', 'timer', '700'), '700;refresher=uac', false],
];
for (const [what, request, expected, weRefresh] of ANSWERS) {
  test(`as server: ${what}`, () => {
    const answer = answerTimer(request, WISHES);
    assert.ok('terms' in answer);
    assert.equal(answer.headers['Session-Expires'], expected);
    assert.equal(answer.terms.weRefresh, weRefresh);
    assert.equal(answer.headers.Require, weRefresh ? undefined : 'timer');
  });
}

test('as client: the answer names the refresher, or wants no timer', () => {
  assert.deepEqual(acceptTimer(headers('600;refresher=uas')), { interval: 600, weRefresh: false });
  assert.deepEqual(acceptTimer(headers('600')), { interval: 600, weRefresh: true });
  assert.equal(acceptTimer(headers()), undefined);
});

test('refreshes come at half of the interval, giving up a little before its end', () => {
  assert.equal(refreshAfter({ interval: 600, weRefresh: true }), 300_000);
  assert.equal(giveUpAfter({ interval: 600, weRefresh: false }), 568_000);
  assert.equal(giveUpAfter({ interval: 90, weRefresh: false }), 60_000);
});
