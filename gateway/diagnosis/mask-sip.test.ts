import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sipMessage } from './example-traces.ts';
import { maskSip } from './mask-sip.ts';

const SECRET = 's3cret-Value+/=';
const REGISTER = 'REGISTER sip:x SIP/2.0';

/** Where a secret may stand: a header, or a line of the body. */
const HEADERS: readonly string[] = [
  `Authorization: Digest username="room1", realm="r", nonce="${SECRET}", uri="sip:x", response="0a", cnonce="1"`,
  `Authorization: Digest username="room1", response="${SECRET}"`,
  `Authorization: Digest response=${SECRET.slice(0, 10)}${SECRET}, realm="r"`,
  `authorization : DIGEST cnonce = "${SECRET}"`,
  `Proxy-Authorization: Digest nonce="a", opaque="${SECRET}"`,
  `Proxy-Authorization: Digest username="x",\r\n\tresponse="${SECRET}"`,
  `Authorization: Basic ${SECRET}`,
  `Proxy-Authorization: Bearer ${SECRET}`,
  `Authorization: ${SECRET.slice(0, 0)}NTLM ${SECRET}, x="${SECRET}"`,
  `WWW-Authenticate: Digest realm="r", nonce="${SECRET}", algorithm=MD5`,
  `Proxy-Authenticate: Digest realm="r", opaque="${SECRET}"`,
  `Authentication-Info: nextnonce="${SECRET}", rspauth="${SECRET}", cnonce="${SECRET}"`,
  `Proxy-Authentication-Info: rspauth="${SECRET}"`,
  `Contact: <sip:room1:${SECRET}@192.0.2.7>`,
  `Refer-To: <sip:a@b?Authorization=${SECRET}&Subject=x>`,
  `Refer-To: <sip:a@b?Replaces=1&Proxy-Authorization=${SECRET}>`,
];
for (const header of HEADERS) {
  test(`masked: ${header.slice(0, 60)}`, () => {
    const masked = maskSip(sipMessage(REGISTER, [header, 'CSeq: 1 REGISTER']).toString('latin1'));
    assert.ok(!masked.includes(SECRET), masked);
    assert.match(masked, /masked/);
    assert.match(masked, /^REGISTER sip:x SIP\/2\.0\r\n/);
    assert.match(masked, /\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n$/);
  });
}

const LINES: readonly string[] = [
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${SECRET}|2^20|1:32`,
  `a=key-mgmt:mikey ${SECRET}`,
  `a=ice-pwd:${SECRET}`,
  `k=clear:${SECRET}`,
  `u=sip:user:${SECRET}@192.0.2.7`,
];
for (const line of LINES) {
  test(`masked in a body of the same length: ${line.slice(0, 30)}`, () => {
    const body = `v=0\r\n${line}\r\na=sendrecv\r\n`;
    const message = sipMessage('INVITE sip:x SIP/2.0', ['Content-Type: application/sdp'], body).toString('latin1');
    const masked = maskSip(message);
    assert.ok(!masked.includes(SECRET), masked);
    assert.equal(masked.length, message.length);
    assert.match(masked, /v=0\r\n.*\r\na=sendrecv\r\n$/);
  });
}

test('digits pressed are masked, however INFO and NOTIFY bring them', () => {
  const bodies: readonly [type: string, body: string][] = [
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n'],
    ['application/dtmf-relay', 'Signal= 5\r\nDuration= 160\r\n'],
    ['application/dtmf', '5'],
    ['audio/telephone-event', '\x05\x0a\x01\x40'],
  ];
  for (const [type, body] of bodies) {
    const masked = maskSip(sipMessage('INFO sip:x SIP/2.0', [`Content-Type: ${type}`], body).toString('latin1'));
    const shown = masked.slice(masked.indexOf('\r\n\r\n') + 4);
    assert.equal(shown.length, body.length);
    assert.ok(!shown.includes('5') && !shown.includes('\x05'), type);
  }
  const compact = maskSip(sipMessage('INFO sip:x SIP/2.0', ['c: application/dtmf'], '7').toString('latin1'));
  assert.ok(compact.endsWith('\r\n\r\nx'));
});

test('what is needed for diagnosis stays', () => {
  const digest =
    'Digest username="room1", realm="r", nonce="n", uri="sip:x", response="0", algorithm=MD5, qop=auth, nc=00000001';
  const masked = maskSip(sipMessage(REGISTER, [`Authorization: ${digest}`]).toString('latin1'));
  for (const part of ['username="room1"', 'realm="r"', 'uri="sip:x"', 'algorithm=MD5', 'qop=auth', 'nc=00000001']) {
    assert.ok(masked.includes(part), part);
  }
  const plain = sipMessage(
    'INVITE sip:1001@192.0.2.1:5060;transport=tcp SIP/2.0',
    [
      'Route: <sip:10.0.0.1:5060;lr>, <sip:proxy@10.0.0.2:5060;lr>',
      'From: "a:b@c" <sip:room@[2001:db8::1]:5060>;tag=x',
    ],
    'v=0\r\na=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:abcd\r\n',
  ).toString('latin1');
  assert.equal(maskSip(plain), plain);
});

test('any text is taken, in bounded time, and masked once is masked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 400 }), (text) => {
      const masked = maskSip(text);
      assert.equal(maskSip(masked), masked);
    }),
  );
  const begin = process.cpuUsage().user;
  maskSip(`INVITE sip:x SIP/2.0\r\nTo: ${'sip::'.repeat(13_000)}\r\n\r\n${'sip:x:'.repeat(10_000)}`);
  maskSip(`Authorization: Digest ${'nonce="'.repeat(9000)}`);
  assert.ok(process.cpuUsage().user - begin < 2_000_000, 'two seconds of processor time');
});
