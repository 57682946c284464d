import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInvite, sipCallIdOf } from './sip-call-id.ts';

const SPELLINGS: readonly [what: string, header: string, callId: string | undefined][] = [
  ['as usual', '\r\nCall-ID: abc@192.0.2.1\r\n', 'abc@192.0.2.1'],
  ['compact', '\r\ni: abc\r\n', 'abc'],
  ['in other letters and blanks', '\r\ncall-id \t:\tabc \r\n', 'abc'],
  ['folded', '\r\nCALL-ID:\r\n abc\r\n', 'abc'],
  ['with bare line feeds', '\nCall-ID: abc\n', 'abc'],
  ['absent', '\r\nSubject: i: abc\r\n', undefined],
  ['in the body alone', '\r\nSubject: x\r\n\r\ni: abc\r\n', undefined],
  ['empty', '\r\nCall-ID: \r\n', undefined],
  ['too long', `\r\nCall-ID: ${'x'.repeat(300)}\r\n`, undefined],
];
for (const [what, header, callId] of SPELLINGS) {
  test(`Call-ID ${what}`, () => {
    assert.equal(sipCallIdOf(Buffer.from(`INVITE sip:a@b SIP/2.0${header}CSeq: 1 INVITE\r\n\r\n`)), callId);
  });
}

test('an INVITE is known by its first word', () => {
  assert.ok(isInvite(Buffer.from('INVITE sip:a@b SIP/2.0\r\n')));
  for (const other of ['INVITED sip:a@b', 'SIP/2.0 200 OK', 'invite sip:a@b', '', 'INVITE']) {
    assert.ok(!isInvite(Buffer.from(other)), other);
  }
});
