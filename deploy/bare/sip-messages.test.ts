import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallIdentity, inDialog, invite, readResponse } from './sip-messages.ts';

const call: CallIdentity = {
  user: '1001',
  host: '192.0.2.1',
  port: 5060,
  localHost: '192.0.2.2',
  localPort: 5070,
  audioPort: 16384,
  videoPort: 16386,
  callId: 'abc',
  fromTag: 'caller',
};

const accepted = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP 192.0.2.2:5070;branch=z9hG4bKx;rport=5070',
  'Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>',
  'From: <sip:probe@192.0.2.2:5070>;tag=caller',
  'To: <sip:1001@192.0.2.1:5060>;tag=callee',
  'Call-ID: abc',
  'CSeq: 1 INVITE',
  'm: "Class" <sip:1001@192.0.2.1:5062;transport=udp>',
  'Content-Type: application/sdp',
  'Content-Length: 5',
  '',
  'v=0\r\n',
].join('\r\n');

test('an INVITE has the headers that RFC 3261 §8.1.1 wants, and a body as long as it says', () => {
  const message = invite(call, 'branch');
  assert.match(message, /^INVITE sip:1001@192\.0\.2\.1:5060 SIP\/2\.0\r\n/);
  for (const header of [
    'Via: SIP/2.0/UDP 192.0.2.2:5070;branch=z9hG4bKbranch;rport',
    'Max-Forwards: 70',
    'CSeq: 1 INVITE',
    'Call-ID: abc',
  ]) {
    assert.ok(message.includes(`\r\n${header}\r\n`), header);
  }
  const [head = '', body = ''] = message.split('\r\n\r\n');
  assert.match(head, new RegExp(`\r\nContent-Length: ${Buffer.byteLength(body)}$`));
  assert.match(body, /m=audio 16384 RTP\/AVP 8\r\n[\s\S]*m=video 16386 RTP\/AVP 96\r\n/);
});

test('a response is read with compact names and folded lists of routes', () => {
  const response = readResponse(accepted);
  assert.equal(response?.status, 200);
  assert.equal(response?.sequence, 1);
  assert.equal(response?.method, 'INVITE');
  assert.equal(response?.contact, 'sip:1001@192.0.2.1:5062;transport=udp');
  assert.deepEqual(response?.recordRoute, ['<sip:p2.example;lr>', '<sip:p1.example;lr>']);
  assert.equal(response?.body, 'v=0\r\n');
});

test('what is no response is not taken for one', () => {
  assert.equal(readResponse('OPTIONS sip:a SIP/2.0\r\nCall-ID: abc\r\n\r\n'), undefined);
  assert.equal(readResponse('SIP/2.0 200 OK\r\nCall-ID: abc\r\n\r\n'), undefined);
  assert.equal(readResponse('\r\n\r\n'), undefined);
  assert.equal(readResponse(''), undefined);
});

test('requests in the call go to the Contact over the reversed route', () => {
  const response = readResponse(accepted);
  assert.ok(response);
  const bye = inDialog(call, 'BYE', response, 'b2');
  assert.match(bye, /^BYE sip:1001@192\.0\.2\.1:5062;transport=udp SIP\/2\.0\r\n/);
  assert.match(bye, /\r\nTo: <sip:1001@192\.0\.2\.1:5060>;tag=callee\r\n/);
  assert.match(
    bye,
    /\r\nCSeq: 2 BYE\r\nRoute: <sip:p1\.example;lr>\r\nRoute: <sip:p2\.example;lr>\r\nContent-Length: 0\r\n/,
  );
  assert.match(inDialog(call, 'ACK', response, 'b1'), /\r\nCSeq: 1 ACK\r\n/);
});
