import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldValue, type SipRequest, type SipResponse } from '../message/message.ts';
import { parseMessage } from '../message/parser.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { Channel } from './channel.ts';
import { InviteClientTransaction } from './invite-client.ts';
import { InviteServerTransaction } from './invite-server.ts';
import { NonInviteClientTransaction } from './non-invite-client.ts';
import { NonInviteServerTransaction } from './non-invite-server.ts';
import { TransactionTable } from './transaction-table.ts';

function request(method: string, branch = 'z9hG4bKabc', extra = ''): SipRequest {
  const text =
    `${method} sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5062;branch=${branch}\r\nFrom: <sip:a@x>;tag=1\r\n` +
    `To: <sip:b@x>\r\nCall-ID: c1\r\nCSeq: 7 ${method}\r\n${extra}Content-Length: 0\r\n\r\n`;
  const parsed = parseMessage(Buffer.from(text), 'content-length');
  assert.ok('message' in parsed && parsed.message.kind === 'request');
  return parsed.message;
}

function response(status: number, of: SipRequest, toTag = ';tag=9'): SipResponse {
  const headers = of.headers.map((field) =>
    field.key === 'to' ? { ...field, value: `${field.value}${toTag}` } : field,
  );
  return { kind: 'response', status, reason: 'R', version: '2.0', headers, body: Buffer.alloc(0) };
}

/** Notes what is sent, with its time, and lets a test break the line. */
class Wire implements Channel {
  readonly reliable: boolean;
  readonly sent: string[] = [];
  readonly times: number[] = [];
  readonly #clock: VirtualClock;
  broken = false;

  constructor(clock: VirtualClock, reliable = false) {
    this.#clock = clock;
    this.reliable = reliable;
  }

  send(bytes: Buffer, failed: (error: Error) => void): void {
    this.sent.push(bytes.toString('latin1').split('\r\n')[0] ?? '');
    this.times.push(this.#clock.now());
    if (this.broken) failed(new Error('broken'));
  }
}

function setUp(reliable = false) {
  const clock = new VirtualClock();
  const wire = new Wire(clock, reliable);
  const told: string[] = [];
  const user = {
    response: ({ status }: SipResponse) => told.push(String(status)),
    failed: (failure: string) => told.push(failure),
    terminated: () => told.push('terminated'),
  };
  return { clock, wire, told, user };
}

describe('INVITE client transaction', () => {
  it('repeats at 0.5, 1, 2, 4, 8, 16 s and gives up after 32 s (Timers A and B)', () => {
    const { clock, wire, told, user } = setUp();
    new InviteClientTransaction(clock, wire, request('INVITE'), user).start();
    clock.advance(60_000);
    assert.deepEqual(wire.times, [0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    assert.deepEqual(told, ['timeout', 'terminated']);
    assert.equal(clock.pending, 0);
  });

  it('does not repeat over a reliable transport', () => {
    const { clock, wire, told, user } = setUp(true);
    new InviteClientTransaction(clock, wire, request('INVITE'), user).start();
    clock.advance(31_999);
    assert.equal(wire.sent.length, 1);
    clock.advance(1);
    assert.deepEqual(told, ['timeout', 'terminated']);
  });

  it('acknowledges a refusal, and again each time it is repeated, for 32 s (Timer D)', () => {
    const { clock, wire, told, user } = setUp();
    const invite = request('INVITE', 'z9hG4bKabc', 'Route: <sip:p;lr>\r\n');
    const transaction = new InviteClientTransaction(clock, wire, invite, user);
    transaction.start();
    transaction.receive(response(180, invite));
    clock.advance(200_000);
    transaction.receive(response(486, invite));
    transaction.receive(response(486, invite));
    assert.deepEqual(
      wire.sent,
      ['INVITE', 'ACK', 'ACK'].map((method) => `${method} sip:b@192.0.2.2 SIP/2.0`),
    );
    assert.deepEqual(told, ['180', '486']);
    clock.advance(32_000);
    assert.deepEqual(told, ['180', '486', 'terminated']);
  });

  it('passes every 2xx up for 32 s (RFC 6026, Timer M)', () => {
    const { clock, told, wire, user } = setUp();
    const invite = request('INVITE');
    const transaction = new InviteClientTransaction(clock, wire, invite, user);
    transaction.start();
    transaction.receive(response(200, invite));
    transaction.receive(response(200, invite, ';tag=other'));
    transaction.receive(response(486, invite));
    assert.equal(wire.sent.length, 1);
    clock.advance(32_000);
    assert.deepEqual(told, ['200', '200', 'terminated']);
  });

  it('tells a transport error', () => {
    const { clock, wire, told, user } = setUp();
    wire.broken = true;
    new InviteClientTransaction(clock, wire, request('INVITE'), user).start();
    assert.deepEqual(told, ['transport-error', 'terminated']);
    assert.equal(clock.pending, 0);
  });
});

describe('INVITE server transaction', () => {
  it('repeats the last provisional answer for each INVITE', () => {
    const { clock, wire, user } = setUp();
    const invite = request('INVITE');
    const transaction = new InviteServerTransaction(clock, wire, invite, user);
    transaction.receiveRetransmission();
    assert.equal(wire.sent.length, 0);
    transaction.respond(response(100, invite));
    transaction.respond(response(180, invite));
    transaction.receiveRetransmission();
    assert.deepEqual(wire.sent, ['SIP/2.0 100 R', 'SIP/2.0 180 R', 'SIP/2.0 180 R']);
  });

  it('repeats a refusal until its ACK (Timer G), then waits T4 (Timer I)', () => {
    const { clock, wire, told, user } = setUp();
    const invite = request('INVITE');
    const transaction = new InviteServerTransaction(clock, wire, invite, user);
    transaction.respond(response(486, invite));
    assert.equal(transaction.respond(response(200, invite)), undefined);
    clock.advance(8_000);
    assert.deepEqual(wire.times, [0, 500, 1500, 3500, 7500]);
    assert.equal(transaction.receiveAck(), true);
    clock.advance(4_999);
    assert.equal(wire.sent.length, 5);
    assert.deepEqual(told, []);
    clock.advance(1);
    assert.deepEqual(told, ['terminated']);
  });

  it('fails without ACK after 32 s (Timer H)', () => {
    const { clock, wire, told, user } = setUp(true);
    const invite = request('INVITE');
    new InviteServerTransaction(clock, wire, invite, user).respond(response(500, invite));
    clock.advance(32_000);
    assert.equal(wire.sent.length, 1);
    assert.deepEqual(told, ['timeout', 'terminated']);
  });

  it('absorbs INVITEs after a 2xx and takes no ACK (RFC 6026, Accepted)', () => {
    const { clock, wire, told, user } = setUp();
    const invite = request('INVITE');
    const transaction = new InviteServerTransaction(clock, wire, invite, user);
    transaction.respond(response(200, invite));
    transaction.receiveRetransmission();
    assert.equal(transaction.receiveAck(), false);
    assert.ok(transaction.respond(response(200, invite)));
    assert.equal(transaction.respond(response(487, invite)), undefined);
    assert.equal(wire.sent.length, 2);
    clock.advance(32_000);
    assert.deepEqual(told, ['terminated']);
  });
});

describe('non-INVITE client transaction', () => {
  it('repeats at doubling intervals up to 4 s and gives up after 32 s (Timers E and F)', () => {
    const { clock, wire, told, user } = setUp();
    new NonInviteClientTransaction(clock, wire, request('BYE'), user).start();
    clock.advance(60_000);
    assert.deepEqual(wire.times, [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    assert.deepEqual(told, ['timeout', 'terminated']);
  });

  it('goes on every 4 s after a provisional answer and ends T4 after the final one (Timer K)', () => {
    const { clock, wire, told, user } = setUp();
    const info = request('INFO');
    const transaction = new NonInviteClientTransaction(clock, wire, info, user);
    transaction.start();
    clock.advance(600);
    transaction.receive(response(100, info));
    clock.advance(9_000);
    assert.deepEqual(wire.times, [0, 500, 1500, 5500, 9500]);
    transaction.receive(response(200, info));
    transaction.receive(response(200, info));
    clock.advance(5_000);
    assert.deepEqual(told, ['100', '200', 'terminated']);
  });
});

describe('non-INVITE server transaction', () => {
  it('repeats the answer for each request for 32 s (Timer J)', () => {
    const { clock, wire, told, user } = setUp();
    const options = request('OPTIONS');
    const transaction = new NonInviteServerTransaction(clock, wire, options, user);
    transaction.receiveRetransmission();
    transaction.respond(response(200, options));
    assert.equal(transaction.respond(response(500, options)), undefined);
    transaction.receiveRetransmission();
    assert.deepEqual(wire.sent, ['SIP/2.0 200 R', 'SIP/2.0 200 R']);
    clock.advance(32_000);
    assert.deepEqual(told, ['terminated']);
  });

  it('repeats an answer as often as a client may ask, and not for who asks without end', () => {
    for (const method of ['OPTIONS', 'INVITE']) {
      const { clock, wire, user } = setUp();
      const asked = request(method);
      const transaction =
        method === 'INVITE'
          ? new InviteServerTransaction(clock, wire, asked, user)
          : new NonInviteServerTransaction(clock, wire, asked, user);
      transaction.respond(response(404, asked));
      for (let times = 0; times < 1000; times++) transaction.receiveRetransmission();
      assert.equal(wire.sent.length, 1 + 20, method);
    }
  });

  it('ends by itself when nobody answers', () => {
    const { clock, wire, told, user } = setUp();
    new NonInviteServerTransaction(clock, wire, request('OPTIONS'), user);
    clock.advance(32_000);
    assert.deepEqual(told, ['terminated']);
    assert.equal(clock.pending, 0);
  });
});

describe('TransactionTable', () => {
  const { clock, wire, user } = setUp();
  const server = (of: SipRequest) => new InviteServerTransaction(clock, wire, of, user);

  it('matches by branch, sent-by and method; ACK and CANCEL to their INVITE', () => {
    const table = new TransactionTable();
    const invite = server(request('INVITE'));
    table.addServer(invite);
    assert.equal(table.findServer(request('INVITE')), invite);
    assert.equal(table.findServer(request('CANCEL')), undefined);
    assert.equal(table.findInviteServer(request('CANCEL')), invite);
    assert.equal(table.findInviteServer(request('ACK')), invite);
    assert.equal(table.findServer(request('INVITE', 'z9hG4bKother')), undefined);
    table.remove(invite);
    assert.equal(table.size, 0);
  });

  it('falls back to Call-ID, tag and CSeq for RFC 2543 clients', () => {
    const table = new TransactionTable();
    const invite = server(request('INVITE', '1'));
    table.addServer(invite);
    assert.equal(table.findServer(request('INVITE', '2')), invite);
    assert.equal(table.findInviteServer(request('ACK', 'z9hG4bK')), invite);
  });

  it('matches responses by branch and CSeq method', () => {
    const table = new TransactionTable();
    const invite = request('INVITE');
    const client = new InviteClientTransaction(clock, wire, invite, user);
    table.addClient(client);
    assert.equal(table.findClient(response(200, invite)), client);
    assert.equal(table.findClient(response(200, request('CANCEL'))), undefined);
    assert.equal(fieldValue(invite, 'CSeq'), '7 INVITE');
  });
});
