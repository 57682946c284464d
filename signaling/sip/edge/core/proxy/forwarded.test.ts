import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldValue, fieldValues, headerField, type SipRequest, type SipResponse } from '../../message/message.ts';
import type { Flow } from '../../transport/transport.ts';
import {
  bestRefusal,
  forwardedRequest,
  hopsLeft,
  ownRecordRoutes,
  redirectTargets,
  returnedResponse,
  routesAfterOwn,
} from './forwarded.ts';
import { readTimeout } from './stateful-proxy.ts';

const NO_BODY = Buffer.alloc(0);

function request(...headers: [string, string][]): SipRequest {
  const fields = headers.map(([name, value]) => headerField(name, value));
  return { kind: 'request', method: 'INVITE', uri: 'sip:a@b', version: '2.0', headers: fields, body: NO_BODY };
}

function response(status: number, ...headers: [string, string][]): SipResponse {
  const fields = headers.map(([name, value]) => headerField(name, value));
  return { kind: 'response', status, reason: '', version: '2.0', headers: fields, body: NO_BODY };
}

function flow(protocol: 'udp' | 'tcp', address: string): Flow {
  const end = { address, port: 5060 };
  const made: Flow = {
    protocol,
    reliable: protocol === 'tcp',
    local: end,
    sentBy: end,
    remote: end,
    open: true,
    send: () => {},
    towards: () => made,
  };
  return made;
}

describe('forwardedRequest (RFC 3261 §16.6)', () => {
  it('puts Via, Record-Route and Route on top, counts down, keeps the rest', () => {
    const given = request(
      ['Via', 'SIP/2.0/UDP x;branch=z9hG4bK1'],
      ['Max-Forwards', '9'],
      ['Route', '<sip:me;lr>'],
      ['X-A', '1'],
    );
    const sent = forwardedRequest(given, {
      uri: 'sip:c@d',
      flow: flow('udp', '192.0.2.1'),
      branch: 'z9hG4bK2',
      routes: ['<sip:next;lr>'],
      recordRoutes: ['<sip:me;lr>'],
      added: [headerField('X-B', '2')],
    });
    assert.equal(sent.uri, 'sip:c@d');
    assert.deepEqual(
      sent.headers.map(({ name, value }) => `${name}: ${value}`),
      [
        'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2;rport',
        'Record-Route: <sip:me;lr>',
        'Route: <sip:next;lr>',
        'Max-Forwards: 8',
        'Via: SIP/2.0/UDP x;branch=z9hG4bK1',
        'X-A: 1',
        'X-B: 2',
      ],
    );
    assert.deepEqual([hopsLeft(request()), hopsLeft(request(['Max-Forwards', '0']))], [71, 0]);
  });

  it('enters itself twice where its sides differ (RFC 5658)', () => {
    const [udp, tcp] = [flow('udp', '192.0.2.1'), flow('tcp', '192.0.2.1')];
    assert.deepEqual(ownRecordRoutes('me', udp, udp), ['<sip:me@192.0.2.1:5060;lr>']);
    assert.deepEqual(ownRecordRoutes('me', udp, tcp), [
      '<sip:me@192.0.2.1:5060;transport=tcp;lr>',
      '<sip:me@192.0.2.1:5060;lr>',
    ]);
    const routed = request(['Route', '<sip:me@192.0.2.1:5060;lr>, <sip:me@[::1];lr>'], ['Route', '<sip:you@h;lr>']);
    assert.deepEqual(routesAfterOwn(routed, 'me'), ['<sip:you@h;lr>']);
  });
});

describe('answers on their way back (RFC 3261 §16.7)', () => {
  it('lose the topmost Via value only', () => {
    const vias = (...values: string[]) =>
      fieldValues(returnedResponse(response(200, ...values.map((value): [string, string] => ['Via', value]))), 'Via');
    assert.deepEqual(vias('a', 'b'), ['b']);
    assert.deepEqual(vias('a, b, c', 'd'), ['b, c', 'd']);
    assert.deepEqual(vias(), []);
  });

  it('are chosen by class; challenges are gathered', () => {
    const best = (...all: number[]) => bestRefusal(all.map((status) => response(status)))?.status;
    assert.equal(best(), undefined);
    assert.equal(best(503, 486, 302), 302);
    assert.equal(best(404, 603, 401), 603);
    assert.equal(best(408, 486, 500), 486);
    assert.equal(best(404, 407), 407);
    const gathered = bestRefusal([
      response(401, ['WWW-Authenticate', 'Digest realm="a"']),
      response(407, ['Proxy-Authenticate', 'Digest realm="b"']),
    ]);
    assert.ok(gathered);
    assert.equal(fieldValue(gathered, 'WWW-Authenticate'), 'Digest realm="a"');
    assert.equal(fieldValue(gathered, 'Proxy-Authenticate'), 'Digest realm="b"');
  });

  it('name the contacts of a redirection by preference', () => {
    const moved = response(302, ['Contact', '<sip:c>;q=0.1, <sip:a>'], ['Contact', '<sip:b>;q=0.5']);
    assert.deepEqual(redirectTargets(moved), ['sip:a', 'sip:b', 'sip:c']);
  });
});

describe('readTimeout', () => {
  it('reads seconds and milliseconds', () => {
    assert.deepEqual(['2s', '1500ms', '3', '', 'x', '-1s'].map(readTimeout), [
      2_000,
      1_500,
      3_000,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
