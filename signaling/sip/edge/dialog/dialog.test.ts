import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import { parseMessage } from '../message/parser.ts';
import type { Flow } from '../transport/transport.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { AcknowledgedRepetition } from './acknowledged-repetition.ts';
import { clientDialog, serverDialog } from './dialog.ts';
import { DialogTable } from './dialog-table.ts';
import { routeInDialog } from './routing.ts';

function flow(address: string): Flow {
  const at = { address: '192.0.2.100', port: 5060 };
  const self: Flow = {
    protocol: 'udp',
    reliable: false,
    local: at,
    sentBy: at,
    remote: { address, port: 5060 },
    open: true,
    send: () => {},
    towards: () => self,
  };
  return self;
}

function parse(text: string): SipMessage {
  const parsed = parseMessage(Buffer.from(`${text.trim().replaceAll('\n', '\r\n')}\r\n\r\n`), 'content-length');
  assert.ok('message' in parsed);
  return parsed.message;
}

function invite(more = ''): SipRequest {
  const message = parse(`
INVITE sip:b@192.0.2.100 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bK1
From: "A" <sip:a@x>;tag=ft
To: <sip:b@x>
Call-ID: cid
CSeq: 20 INVITE
Contact: <sip:a@10.0.0.5:5062>
${more}`);
  assert.ok(message.kind === 'request');
  return message;
}

function answer(toTag: string, more = ''): SipResponse {
  const message = parse(`
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.100;branch=z9hG4bK1
From: "A" <sip:a@x>;tag=ft
To: <sip:b@x>;tag=${toTag}
Call-ID: cid
CSeq: 20 INVITE
Contact: <sip:b@198.51.100.7:5070>
${more}`);
  assert.ok(message.kind === 'response');
  return message;
}

describe('a dialog of an INVITE we answer', () => {
  it('takes its facts from the request (RFC 3261 §12.1.1)', () => {
    const dialog = serverDialog(
      invite('Record-Route: <sip:p2;lr>, <sip:p1;lr>\nRecord-Route: <sip:p0;lr>'),
      'lt',
      100,
      flow('198.51.100.1'),
    );
    assert.equal(dialog.id, 'cid;from-tag=ft');
    assert.deepEqual(dialog.routeSet, ['<sip:p2;lr>', '<sip:p1;lr>', '<sip:p0;lr>']);
    assert.equal(dialog.remoteTarget, 'sip:a@10.0.0.5:5062');
    assert.equal(dialog.behindNat, false, 'a proxy stands between');
    const fields = dialog.identity(dialog.nextSequence(), 'BYE').map(({ name, value }) => `${name}: ${value}`);
    assert.deepEqual(fields, ['From: <sip:b@x>;tag=lt', 'To: "A" <sip:a@x>;tag=ft', 'Call-ID: cid', 'CSeq: 101 BYE']);
  });

  it('knows a sender behind a NAT', () => {
    assert.equal(serverDialog(invite(), 'lt', 1, flow('198.51.100.1')).behindNat, true);
    assert.equal(serverDialog(invite(), 'lt', 1, flow('10.0.0.5')).behindNat, false);
  });
});

describe('a dialog of an INVITE we send', () => {
  it('takes its facts from the answer, the route set reversed (RFC 3261 §12.1.2)', () => {
    const dialog = clientDialog(invite(), answer('rt', 'Record-Route: <sip:p1;lr>,<sip:p0;lr>'), flow('198.51.100.1'));
    assert.equal(dialog.id, 'cid;from-tag=ft');
    assert.deepEqual(dialog.routing(), {
      uri: 'sip:b@198.51.100.7:5070',
      routes: ['<sip:p0;lr>', '<sip:p1;lr>'],
      nextHop: 'sip:p0;lr',
    });
    assert.equal(dialog.nextSequence(), 21);
  });
});

describe('routeInDialog', () => {
  it('hands the target to a strict router at the end of Route', () => {
    assert.deepEqual(routeInDialog('sip:t', ['<sip:strict>', '<sip:loose;lr>']), {
      uri: 'sip:strict',
      routes: ['<sip:loose;lr>', '<sip:t>'],
      nextHop: 'sip:strict',
    });
  });
});

describe('DialogTable', () => {
  it('tells forks apart by their tags, and gives the name to the one that answered', () => {
    const table = new DialogTable();
    const [one, two] = [
      clientDialog(invite(), answer('r1'), flow('x')),
      clientDialog(invite(), answer('r2'), flow('x')),
    ];
    table.add(one);
    table.add(two);
    assert.equal(table.byId('cid;from-tag=ft'), two);
    one.state = 'confirmed';
    table.choose(one);
    table.remove(two);
    assert.equal(table.byId('cid;from-tag=ft'), one);
    assert.equal(table.find('cid', 'ft', 'r1'), one);
    assert.equal(table.find('cid', 'ft', 'r2'), undefined);
    table.remove(one);
    assert.equal(table.size, 0);
    assert.equal(table.byId('cid;from-tag=ft'), undefined);
  });
});

describe('AcknowledgedRepetition', () => {
  it('repeats at 0.5, 1, 2, 4, 4, … s and expires after 32 s', () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    let expired = 0;
    new AcknowledgedRepetition(
      clock,
      { first: 500, longest: 4000 },
      () => times.push(clock.now()),
      () => expired++,
    );
    clock.advance(100_000);
    assert.deepEqual(times, [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    assert.equal(expired, 1);
  });
});
