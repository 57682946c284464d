import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import type { TransportAddress } from '#codecs/media/description.ts';
import { textOfAlias } from '../call/dialled.ts';
import { writeSignalAddress } from '../call/transport-address.ts';
import { AnsweringParty } from '../captured/answering-party.ts';
import { type CallMessage, readCallMessage, writeCallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import type { Admission, CallToAdmit } from '../ras/admission.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from './example-application.ts';
import type { H323Application, H323ApplicationOptions } from './h323-application.ts';

const CONFERENCE = Buffer.alloc(16, 9);

type Facility = H225<'Facility-UUIE'>;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) {
    await close();
  }
});

async function application(options: Partial<H323ApplicationOptions> = {}): Promise<H323Application> {
  const made = exampleApplication({ h245Ports: { from: 21_400, to: 21_500 }, ...options });
  await made.start();
  closing.push(() => made.close());
  return made;
}

/** A room that answers every Setup by sending the call elsewhere. */
class Forwarder {
  readonly setups: H225<'Setup-UUIE'>[] = [];
  /** Messages after the Setup. */
  readonly after: CallMessage[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Where to, when it is called. */
  forwardsTo: (address: TransportAddress) => Partial<Facility> = () => ({});
  connectsFirst = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async open(): Promise<Forwarder> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const made = new Forwarder(server);
    closing.push(() => made.#close());
    return made;
  }

  get address(): TransportAddress {
    const bound = this.#server.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    return { address: bound.address, port: bound.port };
  }

  async #close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const reader = new TpktReader();
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      for (const message of reader.push(chunk).map(readCallMessage)) {
        const body = message.pdu['h323-message-body'];
        if (body.type === 'setup') {
          this.setups.push(body.value);
          this.#forward(socket, message, body.value);
        } else {
          this.after.push(message);
        }
      }
    });
  }

  #forward(socket: Socket, { callReference }: CallMessage, setup: H225<'Setup-UUIE'>): void {
    const callIdentifier = setup.callIdentifier ?? { guid: Buffer.alloc(16) };
    const send = (type: 'connect' | 'facility', body: H225<'H323-UU-PDU'>['h323-message-body']) =>
      socket.write(
        writeTpkt(
          writeCallMessage({
            callReference,
            isFromDestination: true,
            type,
            elements: [],
            pdu: { 'h323-message-body': body, h245Tunneling: true },
          }),
        ),
      );
    if (this.connectsFirst) {
      const destinationInfo = { mc: false, undefinedNode: false };
      send('connect', {
        type: 'connect',
        value: {
          protocolIdentifier: '0.0.8.2250.0.4',
          destinationInfo,
          conferenceID: setup.conferenceID,
          callIdentifier,
          multipleCalls: false,
          maintainConnection: false,
        },
      });
    }
    send('facility', {
      type: 'facility',
      value: {
        protocolIdentifier: '0.0.8.2250.0.4',
        reason: { type: 'callForwarded', value: null },
        callIdentifier,
        ...this.forwardsTo(this.address),
      },
    });
  }
}

/** Calls the forwarder; the party that does so. */
async function calling(caller: H323Application, to: TransportAddress | undefined): Promise<AnsweringParty> {
  const call = await caller.dial({ address: to, alias: '1001', target: 'A', displayName: 'Class A' });
  const party = new AnsweringParty(call, ROOM_CAPABILITIES, 40_000);
  party.join().catch(() => undefined);
  return party;
}

/** Takes calls as a conference does. */
function taking(called: H323Application): AnsweringParty[] {
  const parties: AnsweringParty[] = [];
  called.on('call', (call) => {
    const party = new AnsweringParty(call, ROOM_CAPABILITIES, 50_000);
    parties.push(party);
    party.join().catch(() => undefined);
  });
  return parties;
}

const BOTH_WAYS = ['audio sendrecv G722 to 127.0.0.1:50000', 'main sendrecv H264 to 127.0.0.1:50002'];

for (const connectsFirst of [false, true]) {
  for (const fastStart of [true, false]) {
    const when = connectsFirst ? 'after the room has answered' : 'before the room answers';
    test(`a call is followed to another address ${when}, ${fastStart ? 'fast' : 'slow'} start`, async () => {
      const [caller, called, forwarder] = [
        await application({ fastStart }),
        await application(),
        await Forwarder.open(),
      ];
      const parties = taking(called);
      forwarder.connectsFirst = connectsFirst;
      forwarder.forwardsTo = () => ({
        alternativeAddress: writeSignalAddress(called.address),
        alternativeAliasAddress: [{ type: 'h323-ID', value: 'other room' }],
      });
      const party = await calling(caller, forwarder.address);
      await until('media both ways', () => JSON.stringify(party.summary) === JSON.stringify(BOTH_WAYS));
      assert.equal(parties[0]?.call.target, 'other room');
      assert.deepEqual(parties[0]?.summary, [
        'audio sendrecv G722 to 127.0.0.1:40000',
        'main sendrecv H264 to 127.0.0.1:40002',
      ]);
      // The first room hears why the call leaves it.
      await until('the first room is released', () => forwarder.after.some(({ type }) => type === 'releaseComplete'));
      const release = forwarder.after.find(({ type }) => type === 'releaseComplete')?.pdu['h323-message-body'];
      assert.equal(release?.type === 'releaseComplete' && release.value.reason?.type, 'facilityCallDeflection');
      assert.deepEqual(party.ends, []);
      assert.deepEqual([caller.calls, called.calls], [1, 1]);
      assert.equal(party.call.remoteAddress, '127.0.0.1');
      parties[0]?.call.end('local-hangup');
      await until('both are over', () => party.ended !== undefined && parties[0]?.ended !== undefined);
      assert.deepEqual(party.ends, ['remote-hangup']);
      await until('connections are gone', () => caller.connections + called.connections === 0);
    });
  }
}

test('a conference is joined where its MC is', async () => {
  const [caller, mc, forwarder] = [await application(), await Forwarder.open(), await Forwarder.open()];
  forwarder.forwardsTo = () => ({
    reason: { type: 'routeCallToMC', value: null },
    alternativeAddress: writeSignalAddress(mc.address),
    conferenceID: CONFERENCE,
  });
  const party = await calling(caller, forwarder.address);
  await until('the MC is called', () => mc.setups.length > 0);
  const [setup] = mc.setups;
  assert.deepEqual([setup?.conferenceGoal.type, Buffer.from(setup?.conferenceID ?? [])], ['join', CONFERENCE]);
  assert.notDeepEqual(setup?.callIdentifier, forwarder.setups[0]?.callIdentifier, 'it is another call');
  await until('it is over: this MC forwards nowhere', () => party.ended !== undefined);
  assert.deepEqual(party.ends, ['rejected']);
});

test('an alias alone is asked of who forwarded, as nobody else knows it', async () => {
  const [caller, forwarder] = [await application(), await Forwarder.open()];
  forwarder.forwardsTo = () =>
    forwarder.setups.length === 1 ? { alternativeAliasAddress: [{ type: 'dialedDigits', value: '2002' }] } : {};
  const party = await calling(caller, forwarder.address);
  await until('it is over', () => party.ended !== undefined);
  assert.deepEqual(
    forwarder.setups.map(({ destinationAddress }) => destinationAddress?.map(textOfAlias)),
    [['1001'], ['2002']],
  );
});

test('nobody has us call our neighbours, or nobody', async () => {
  const [caller, forwarder] = [await application(), await Forwarder.open()];
  for (const address of ['169.254.169.254', '0.0.0.0', '239.1.1.1']) {
    forwarder.forwardsTo = () => ({ alternativeAddress: writeSignalAddress({ address, port: 1720 }) });
    const party = await calling(caller, forwarder.address);
    await until('it is over', () => party.ended !== undefined);
    assert.deepEqual(party.ends, ['rejected'], address);
  }
  assert.equal(forwarder.setups.length, 3);
});

test('a circle comes to an end', async () => {
  const [caller, forwarder] = [await application(), await Forwarder.open()];
  forwarder.forwardsTo = (address) => ({ alternativeAddress: writeSignalAddress(address) });
  const party = await calling(caller, forwarder.address);
  await until('it is over', () => party.ended !== undefined);
  assert.deepEqual(party.ends, ['rejected']);
  assert.equal(forwarder.setups.length, 6);
  await until('connections are gone', () => caller.connections === 0);
});

test('where nobody is the call ends, and so it does when we stop on the way', async () => {
  const [caller, forwarder] = [await application(), await Forwarder.open()];
  const free = await Forwarder.open();
  const nobody = free.address;
  await closing.pop()?.();
  forwarder.forwardsTo = () => ({ alternativeAddress: writeSignalAddress(nobody) });
  const party = await calling(caller, forwarder.address);
  await until('it is over', () => party.ended !== undefined);
  assert.deepEqual(party.ends, ['unreachable']);

  const asked: CallToAdmit[] = [];
  const stopping = await application({
    admission: {
      admit: (call) => {
        asked.push(call);
        return asked.length === 1
          ? Promise.resolve({
              outcome: 'admitted',
              callSignalAddress: undefined,
              destinationAliases: undefined,
              bitRate: 1,
            })
          : new Promise(() => undefined);
      },
      release: () => undefined,
    },
  });
  const waiting = await calling(stopping, forwarder.address);
  await until('the gatekeeper is asked again', () => asked.length === 2);
  await stopping.close();
  assert.deepEqual(waiting.ends, ['shutdown']);
});

test('a gatekeeper is asked for each way anew, and told when one is left', async () => {
  const [called, forwarder] = [await application(), await Forwarder.open()];
  taking(called);
  const admitted: CallToAdmit[] = [];
  const released: string[] = [];
  const admission: Admission = {
    admit: (call) => {
      admitted.push(call);
      const isSecond = admitted.length === 2;
      return Promise.resolve(
        admitted.length === 3
          ? { outcome: 'refused', reason: 'capacity', detail: 'resourceUnavailable' }
          : {
              outcome: 'admitted',
              callSignalAddress: isSecond ? called.address : forwarder.address,
              destinationAliases: undefined,
              bitRate: 1,
            },
      );
    },
    release: ({ callIdentifier }) => released.push(Buffer.from(callIdentifier).toString('hex')),
  };
  const caller = await application({ admission });
  forwarder.forwardsTo = () => ({ alternativeAliasAddress: [{ type: 'h323-ID', value: 'other room' }] });
  const party = await calling(caller, undefined);
  await until('media both ways', () => JSON.stringify(party.summary) === JSON.stringify(BOTH_WAYS));
  const [first, second] = admitted.map(({ callIdentifier }) => Buffer.from(callIdentifier).toString('hex'));
  assert.notEqual(first, second);
  assert.deepEqual(
    admitted.map(({ destinationAliases, destinationAddress }) => [
      destinationAliases.map(textOfAlias),
      destinationAddress,
    ]),
    [
      [['1001'], undefined],
      [['other room'], undefined],
    ],
  );
  assert.deepEqual(released, [first]);
  // The gatekeeper knows the call by its second identifier.
  caller.drop(first ?? '');
  assert.deepEqual(party.ends, []);
  caller.drop(second ?? '');
  await until('it is over', () => party.ended !== undefined);
  assert.deepEqual(released, [first, second]);
});
