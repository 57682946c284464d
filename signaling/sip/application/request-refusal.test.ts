import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestRefusal, type SessionRequest } from './request-refusal.ts';

const PLAIN: SessionRequest = {
  require: undefined,
  accept: undefined,
  contentType: undefined,
  contentEncoding: undefined,
  body: '',
};
const SDP = 'v=0\r\n';

for (const [what, request, refusal] of [
  ['an INVITE without anything', {}, undefined],
  ['SDP', { contentType: 'application/sdp', body: SDP }, undefined],
  ['SDP in other letters, with a parameter', { contentType: 'Application/SDP ; charset=utf-8', body: SDP }, undefined],
  ['a body whose type is not told', { body: SDP }, undefined],
  ['a type without a body', { contentType: 'text/plain' }, undefined],
  ['extensions that we have', { require: 'timer, 100REL' }, undefined],
  [
    'two that we have not',
    { require: 'timer,gruu, no-such' },
    { status: 420, headers: { Unsupported: 'gruu, no-such' } },
  ],
  ['SDP among what is accepted', { accept: 'text/plain;q=0.1, Application/SDP;level=1' }, undefined],
  ['all accepted', { accept: '*/*' }, undefined],
  ['no SDP accepted', { accept: 'text/unknown' }, { status: 406, headers: { Accept: 'application/sdp' } }],
  ['text', { contentType: 'text/plain', body: 'hello' }, { status: 415, headers: { Accept: 'application/sdp' } }],
  [
    'SDP that is compressed',
    { contentType: 'application/sdp', contentEncoding: 'gzip', body: 'x' },
    { status: 415, headers: { 'Accept-Encoding': 'identity' } },
  ],
  ['SDP that says it is not', { contentEncoding: 'Identity', body: SDP }, undefined],
  [
    'an extension before a body',
    { require: 'gruu', contentType: 'text/plain', body: 'hello' },
    { status: 420, headers: { Unsupported: 'gruu' } },
  ],
] as const) {
  test(what, () => assert.deepEqual(requestRefusal({ ...PLAIN, ...request }), refusal));
}
