import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReferTo, parseReplaces } from './replaces.ts';

test('Replaces names a dialog by Call-ID and both tags', () => {
  assert.deepEqual(parseReplaces('98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff'), {
    callId: '98732@sip.example.com',
    toTag: 'ff87ff',
    fromTag: 'r33th4x0r',
    earlyOnly: false,
  });
  assert.equal(parseReplaces('a ; To-Tag=1 ; from-tag=2 ; early-only')?.earlyOnly, true);
  for (const text of [undefined, '', 'a;to-tag=1', ';to-tag=1;from-tag=2']) {
    assert.equal(parseReplaces(text), undefined);
  }
});

const TARGETS: readonly [string, string | undefined, string | undefined][] = [
  ['<sip:1002@192.0.2.1>', 'sip:1002@192.0.2.1', undefined],
  ['sip:1002@192.0.2.1;tag=x', 'sip:1002@192.0.2.1', undefined],
  ['"Room" <sip:room@h;method=INVITE;transport=tcp>', 'sip:room@h;transport=tcp', undefined],
  ['<sip:room@h?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>', 'sip:room@h', 'a@b;to-tag=1;from-tag=2'],
  ['<sip:room@h?Replaces=%ZZ>', 'sip:room@h', undefined],
  ['<sip:room@h;method=BYE>', undefined, undefined],
  ['<tel:+123>', undefined, undefined],
  ['', undefined, undefined],
];
for (const [text, uri, replaces] of TARGETS) {
  test(`Refer-To ${text} sends to ${uri}`, () => {
    const target = parseReferTo(text);
    assert.equal(target?.uri, uri);
    assert.equal(target?.replaces, replaces);
  });
}
