import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import type { TransportAddress } from '#codecs/media/description.ts';
import { AnsweringParty } from '../captured/answering-party.ts';
import { type CallMessage, readCallMessage, writeCallMessage } from '../h225/message.ts';
import type { MessageType } from '../q931/message.ts';
import type { Admitted, CallToAdmit } from '../ras/admission.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from './example-application.ts';
import { DialCancelled, type H323Application } from './h323-application.ts';

// We stop while a room is being called.

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) {
    await close();
  }
});

/** A room that says so much to a Setup and nothing more. */
class RingingRoom {
  readonly heard: CallMessage[] = [];
  connections = 0;
  isClosed = false;
  readonly address: TransportAddress;
  readonly #says: readonly MessageType[];

  private constructor(address: TransportAddress, says: readonly MessageType[]) {
    this.address = address;
    this.#says = says;
  }

  static async open(says: readonly MessageType[] = []): Promise<RingingRoom> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => void server.close());
    const bound = server.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    const room = new RingingRoom({ address: bound.address, port: bound.port }, says);
    server.on('connection', (socket) => room.#serve(socket));
    return room;
  }

  get types(): MessageType[] {
    return this.heard.map(({ type }) => type);
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    const reader = new TpktReader();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('data', (chunk: Buffer) => {
      for (const message of reader.push(chunk).map(readCallMessage)) {
        this.heard.push(message);
        if (message.type === 'setup') {
          this.#answer(socket, message.callReference);
        }
      }
    });
  }

  #answer(socket: Socket, callReference: number): void {
    const pdu = { 'h323-message-body': { type: 'empty', value: null } } as const;
    for (const type of this.#says) {
      socket.write(writeTpkt(writeCallMessage({ callReference, isFromDestination: true, type, elements: [], pdu })));
    }
  }
}

async function caller(options: Parameters<typeof exampleApplication>[0] = {}): Promise<H323Application> {
  const application = exampleApplication(options);
  await application.start();
  closing.push(() => application.close());
  return application;
}

const to = (room: RingingRoom) => ({ address: room.address, alias: '1001', target: 'A', displayName: 'Room A' });
const isCancelled = (error: unknown) => error instanceof DialCancelled && error.reason === 'shutdown';

describe('a room hears that it is called no more', () => {
  const said: readonly MessageType[][] = [[], ['callProceeding'], ['callProceeding', 'alerting']];
  for (const says of said) {
    test(`which has said ${says.join(', ') || 'nothing'}`, { timeout: 20_000 }, async () => {
      const [application, room] = [await caller(), await RingingRoom.open(says)];
      const party = new AnsweringParty(await application.dial(to(room)), ROOM_CAPABILITIES, 50_000);
      const rings = once(party.call, 'ringing');
      await party.join();
      await until('it is called', () => room.types.includes('setup'));
      if (says.includes('alerting')) {
        await rings;
      }
      await application.close();
      await until('the connection is closed', () => room.isClosed);
      assert.deepEqual([room.types, party.ends], [['setup', 'releaseComplete'], ['shutdown']]);
      assert.deepEqual([application.calls, application.connections], [0, 0]);
    });
  }
});

test('a connection that is being made is given up', { timeout: 20_000 }, async () => {
  const [application, room] = [await caller(), await RingingRoom.open()];
  const dialling = application.dial(to(room));
  for (let turn = 0; turn < 20; turn++) {
    // Promises go on, sockets do not.
    await Promise.resolve();
  }
  const closed = application.close();
  await assert.rejects(dialling, isCancelled);
  await closed;
  assert.deepEqual([room.types, application.connections], [[], 0]);
  await assert.rejects(application.dial(to(room)), isCancelled);
});

test('a call that is let in too late is not made, and its gatekeeper knows', { timeout: 20_000 }, async () => {
  let admit: (answer: Admitted) => void = () => undefined;
  const released: CallToAdmit[] = [];
  const application = await caller({
    admission: {
      admit: () => new Promise((resolve) => (admit = resolve)),
      release: (call) => released.push(call),
    },
  });
  const room = await RingingRoom.open();
  const dialling = application.dial(to(room));
  await application.close();
  admit({ outcome: 'admitted', callSignalAddress: undefined, destinationAliases: undefined, bitRate: 1 });
  await assert.rejects(dialling, isCancelled);
  assert.deepEqual([room.connections, released.length], [0, 1]);
});

test('a party that says where its media are when the call is over is not heard', { timeout: 20_000 }, async () => {
  const [application, room] = [await caller(), await RingingRoom.open()];
  const call = await application.dial(to(room));
  await call.prepare();
  const { invitation } = call;
  call.end('shutdown');
  await invitation.complete({ streams: [] });
  await until('the connection is closed', () => room.isClosed);
  assert.deepEqual(room.types, []);
});
