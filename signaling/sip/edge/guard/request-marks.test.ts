import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerField, type SipRequest } from '../message/message.ts';
import { exampleRequest } from './example-request.ts';
import { marksOf, nonceOf, userMark } from './request-marks.ts';

const request = (from: string, callId = 'c'): SipRequest => ({
  ...exampleRequest('INVITE', {}),
  headers: [headerField('From', from), headerField('Call-ID', callId)],
});

test('a request is marked by its Call-ID and the user of From, however that is written', () => {
  assert.deepEqual(marksOf(exampleRequest('REGISTER', { callId: 'a@b', user: 'room1' })), {
    callId: 'a@b',
    user: 'room1',
  });
  for (const from of ['"x" <sip:room1@a>;tag=1', 'sip:room1@b:5070;tag=2', '<sips:room%31@c;x=y>']) {
    assert.equal(marksOf(request(from)).user, 'room1', from);
  }
  for (const from of ['<sip:192.0.2.2>', 'tel:+861012345678', '<sip:a b@c>', '']) {
    assert.equal(marksOf(request(from)).user, '', from);
  }
  assert.deepEqual(marksOf({ ...request(''), headers: [] }), { callId: '', user: '' });
});

test('users are the same whether they come from a message or from what was registered', () => {
  const sent = marksOf(request('<sip:%E6%95%99%E5%AE%A4@a>')).user;
  assert.equal(sent, userMark('教室'));
  assert.equal(userMark('100%'), '100%');
});

test('marks are cut: what a stranger writes is of any length', () => {
  const { callId, user } = marksOf(request(`<sip:${'u'.repeat(5000)}@a>`, 'c'.repeat(5000)));
  assert.deepEqual([callId.length, user.length], [128, 64]);
});

test('the nonce is that of the credentials', () => {
  assert.equal(nonceOf(exampleRequest('REGISTER', { nonce: 'abc-_9' })), 'abc-_9');
  assert.equal(nonceOf(exampleRequest('REGISTER', {})), undefined);
  assert.equal(nonceOf(exampleRequest('REGISTER', { nonce: 'a'.repeat(200) })), undefined);
});
