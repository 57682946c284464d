import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBegin, mayBeInside } from './inside.ts';

const request = (method: string, to: string) =>
  Buffer.from(`${method} sip:1001@192.0.2.1 SIP/2.0\r\nFrom: <sip:a@b>;tag=1\r\n${to}\r\nCSeq: 1 ${method}\r\n\r\n`);

test('responses, CANCEL and requests with a To tag may belong to something', () => {
  assert.equal(mayBeInside(Buffer.from('SIP/2.0 200 OK\r\n\r\n')), true);
  assert.equal(mayBeInside(request('CANCEL', 'To: <sip:1001@c>')), true);
  for (const to of ['To: <sip:a@b>;tag=x', 't:sip:a@b ; tag = x', 'TO: "a;b" <sip:a@b>;x=y;TAG=z']) {
    assert.equal(mayBeInside(request('BYE', to)), true, to);
  }
});

test('a request without a To tag belongs to nothing', () => {
  assert.equal(mayBeInside(request('INVITE', 'To: <sip:1001@c>')), false);
  assert.equal(mayBeInside(Buffer.alloc(0)), false);
  assert.equal(mayBeInside(Buffer.alloc(60_000, 'To: ;')), false);
});

test('rooms begin with INVITE and REGISTER', () => {
  for (const method of ['INVITE', 'REGISTER'])
    assert.equal(mayBegin(request(method, 'To: <sip:1001@c>')), true, method);
  for (const method of ['OPTIONS', 'INVITES', 'REGISTERS', 'invite']) {
    assert.equal(mayBegin(request(method, 'To: <sip:1001@c>')), false, method);
  }
  assert.equal(mayBegin(Buffer.from('INVITE')), false);
});
