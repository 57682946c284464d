import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digitOfInfo } from './dtmf-info.ts';

const CASES: readonly [string, string, string | undefined][] = [
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
  ['application/dtmf-relay', 'Signal= *\r\nDuration= 250\r\n', '*'],
  ['Application/DTMF-Relay; charset=utf-8', 'duration=100\nsignal = #', '#'],
  ['application/dtmf-relay', 'Signal=11', '#'],
  ['application/dtmf', '7', '7'],
  ['application/dtmf', ' a\r\n', 'A'],
  ['application/dtmf', '77', undefined],
  ['application/dtmf-relay', 'Duration=160', undefined],
  ['text/plain', '5', undefined],
  ['application/dtmf', '5'.padEnd(2000), undefined],
];
for (const [type, body, expected] of CASES) {
  test(`${type} ${JSON.stringify(body.slice(0, 30))} is ${expected}`, () => {
    assert.equal(digitOfInfo(type, body), expected);
  });
}
