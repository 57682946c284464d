import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { AnsweringParty } from '../captured/answering-party.ts';
import { type CallMessage, readCallMessage, writeCallMessage } from '../h225/message.ts';
import { readCallState } from '../q931/elements.ts';
import { ELEMENTS, elementOf, type MessageType } from '../q931/message.ts';
import { setupOf } from '../quirks/signalling-side.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from './example-application.ts';

/** What a gateway hears on its connection. */
class Gateway {
  readonly heard: CallMessage[] = [];
  isClosed = false;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new TpktReader();
    socket.on('data', (chunk: Buffer) => this.heard.push(...reader.push(chunk).map(readCallMessage)));
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  of(callReference: number): MessageType[] {
    return this.heard.filter((message) => message.callReference === callReference).map(({ type }) => type);
  }

  call(callReference: number, maintainConnection: boolean): void {
    const guid = Buffer.alloc(16, callReference);
    const { message } = setupOf(
      {
        callIdentifier: { guid },
        conferenceID: guid,
        destinationAddress: [{ type: 'dialedDigits', value: '1001' }],
        multipleCalls: true,
        maintainConnection,
      },
      { h245Tunneling: true },
    );
    this.say({ ...message, callReference });
  }

  say(message: CallMessage): void {
    this.#socket.write(writeTpkt(writeCallMessage(message)));
  }

  bare(callReference: number, type: MessageType): void {
    const pdu = { 'h323-message-body': { type: 'empty', value: null } } as const;
    this.say({ callReference, isFromDestination: false, type, elements: [], pdu });
  }
}

for (const maintainConnection of [false, true]) {
  test(`calls on one connection end apart${maintainConnection ? '; it is not kept without a call' : ''}`, async () => {
    const application = exampleApplication({ h245Ports: { from: 21_600, to: 21_700 } });
    const parties: AnsweringParty[] = [];
    application.on('call', (call) => {
      const party = new AnsweringParty(call, ROOM_CAPABILITIES, 50_000);
      parties.push(party);
      party.join().catch(() => undefined);
    });
    await application.start();
    const { address, port } = application.address;
    const socket = connect(port, address);
    try {
      await once(socket, 'connect');
      const gateway = new Gateway(socket);
      gateway.call(11, maintainConnection);
      gateway.call(12, maintainConnection);
      await until('both are answered', () => [11, 12].every((number) => gateway.of(number).includes('connect')));
      assert.deepEqual([application.calls, application.connections], [2, 1]);
      // We say that we do neither, in every answer (H.225.0 §7.3).
      for (const { pdu } of gateway.heard) {
        const body = pdu['h323-message-body'];
        if (body.type === 'connect') {
          assert.deepEqual([body.value.multipleCalls, body.value.maintainConnection], [false, false]);
        }
      }
      gateway.bare(11, 'releaseComplete');
      await until('the first is over', () => parties[0]?.ended !== undefined);
      assert.deepEqual([parties[0]?.ends, parties[1]?.ends, application.calls], [['remote-hangup'], [], 1]);
      gateway.bare(12, 'statusInquiry');
      gateway.bare(99, 'statusInquiry');
      await until('both are told', () => [12, 99].every((number) => gateway.of(number).includes('status')));
      const states = [12, 99].map((number) => {
        const status = gateway.heard.find(({ type, callReference }) => type === 'status' && callReference === number);
        return readCallState(status === undefined ? undefined : elementOf(status, 'callState'));
      });
      assert.deepEqual(states, [10, 0], 'active, and no such call');
      gateway.bare(99, 'facility');
      await until('a call that is none is released', () => gateway.of(99).includes('releaseComplete'));
      assert.equal(gateway.isClosed, false);
      // Who called us cannot send us elsewhere; what is said of keys goes on to the party.
      const guid = Buffer.alloc(16, 12);
      const facility = {
        type: 'facility',
        value: {
          protocolIdentifier: '0.0.8.2250.0.4',
          reason: { type: 'routeCallToMC', value: null },
          alternativeAliasAddress: [{ type: 'h323-ID', value: 'elsewhere' }],
          conferenceID: guid,
          callIdentifier: { guid },
        },
      } as const;
      const pdu = { 'h323-message-body': facility };
      gateway.say({ callReference: 12, isFromDestination: false, type: 'facility', elements: [], pdu });
      const keypad = { identifier: ELEMENTS.keypad, content: Buffer.from('42#') };
      const empty = { 'h323-message-body': { type: 'empty', value: null } } as const;
      const isFromDestination = false;
      gateway.say({ callReference: 12, isFromDestination, type: 'information', elements: [keypad], pdu: empty });
      await until('the keys are heard', () => parties[1]?.digits.length === 3);
      assert.deepEqual(parties[1]?.digits, ['4', '2', '#']);
      assert.deepEqual([parties[1]?.ends, application.calls], [[], 1]);
      gateway.bare(12, 'releaseComplete');
      await until('the connection goes with the last call', () => gateway.isClosed);
      assert.equal(application.connections, 0);
    } finally {
      socket.destroy();
      await application.close();
    }
  });
}
