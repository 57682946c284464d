import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import type { H323Trace } from '../../call/trace.ts';
import { readSignalAddress } from '../call/transport-address.ts';
import { AnsweringParty } from '../captured/answering-party.ts';
import { type CallMessage, readCallMessage, writeCallMessage } from '../h225/message.ts';
import { type H245Message, nameOf, request, response } from '../h245/message.ts';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from '../media/capability-set.ts';
import { setupOf } from '../quirks/signalling-side.ts';
import { TpktReader, writeTpkt } from '../tpkt/tpkt.ts';
import { exampleApplication, ROOM_CAPABILITIES, until } from './example-application.ts';

// Rooms that say in their Setup that they tunnel H.245, and in a later message that they do not.

/** Packets that come on a connection, as they come. */
function packetsOf(socket: Socket): Buffer[] {
  const reader = new TpktReader();
  const packets: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => packets.push(...reader.push(chunk)));
  return packets;
}

const read = (octets: Uint8Array): H245Message => h245.decode('MultimediaSystemControlMessage', octets);
const written = (message: H245Message): Buffer => h245.encode('MultimediaSystemControlMessage', message);

/** A call of a room over the tunnel that is answered; `heard`: call signalling of ours. */
async function answered(
  work: (room: Socket, heard: () => CallMessage[], party: () => AnsweringParty) => Promise<void>,
  trace?: H323Trace,
) {
  const application = exampleApplication({ trace });
  await application.start();
  let party: AnsweringParty | undefined;
  application.on('call', (call) => {
    party = new AnsweringParty(call, ROOM_CAPABILITIES, 50_000);
    party.join().catch(() => undefined);
  });
  const room = connect({ host: '127.0.0.1', port: application.address.port });
  const packets = packetsOf(room);
  const heard = () => packets.map(readCallMessage);
  try {
    room.write(writeTpkt(setupOf({}, { h245Tunneling: true }).octets));
    await until('it is answered', () => heard().some(({ type }) => type === 'connect'));
    await work(room, heard, () => party ?? assert.fail('there is no call'));
  } finally {
    room.destroy();
    await application.close();
  }
}

function facility(h245Tunneling: boolean, h245Control: readonly Uint8Array[]): Buffer {
  return writeTpkt(
    writeCallMessage({
      callReference: 5,
      isFromDestination: false,
      type: 'facility',
      elements: [],
      pdu: {
        'h323-message-body': { type: 'empty', value: null },
        h245Tunneling,
        ...(h245Control.length === 0 ? {} : { h245Control }),
      },
    }),
  );
}

/** Where we say that we take H.245; undefined while we have not. */
function addressIn(messages: readonly CallMessage[]) {
  const bodies = messages.map(({ pdu }) => pdu['h323-message-body']);
  return bodies
    .flatMap((body) => (body.type === 'facility' ? [readSignalAddress(body.value.h245Address)] : []))
    .find((address) => address !== undefined);
}

/** The room's part of the beginning of a session. */
function begun(sequenceNumber: number): Buffer[] {
  return [
    request('terminalCapabilitySet', { ...writeCapabilitySet(ROOM_CAPABILITIES), sequenceNumber: 1 }),
    request('masterSlaveDetermination', { terminalType: 50, statusDeterminationNumber: 9 }),
    response('terminalCapabilitySetAck', { sequenceNumber }),
    response('masterSlaveDeterminationAck', { decision: { type: 'master', value: null } }),
  ].map(written);
}

const namesIn = (packets: readonly Uint8Array[]): string[] => packets.map((octets) => nameOf(read(octets)));

for (const listened of [false, true]) {
  const kind = listened ? 'begun in the tunnel' : 'not heard in the tunnel';
  test(`H.245 ${kind} goes on over a connection of its own`, { timeout: 20_000 }, async () => {
    await answered(async (room, heard, party) => {
      const tunnelled = () => heard().flatMap(({ pdu }) => pdu.h245Control ?? []);
      await until('H.245 begins', () => tunnelled().length >= 2);
      if (listened) {
        room.write(facility(true, begun(1).slice(0, 2)));
        await until('it is heard', () => tunnelled().length >= 4);
      }
      room.write(facility(false, []));
      await until('we say where', () => addressIn(heard()) !== undefined);
      const address = addressIn(heard()) ?? assert.fail();
      const control = connect({ host: address.address, port: address.port });
      const packets = packetsOf(control);
      try {
        if (!listened) {
          await until('it is said again', () => packets.length >= 2);
          assert.deepEqual(namesIn(packets), ['request terminalCapabilitySet', 'request masterSlaveDetermination']);
        }
        for (const octets of listened ? begun(1).slice(2) : begun(1)) {
          control.write(writeTpkt(octets));
        }
        await until('channels are opened', () => namesIn(packets).includes('request openLogicalChannel'));
        assert.equal(party().ended, undefined);
        assert.equal(heard().at(-1)?.type, 'facility', 'nothing more goes through the tunnel');
      } finally {
        control.destroy();
      }
    });
  });
}

/** What a trace is told of H.245 on a connection of its own. */
class ControlTrace implements H323Trace {
  readonly out: { readonly packet: string; readonly local: number; readonly remote: number }[] = [];

  message(...[, direction, { channel, packet, way }]: Parameters<H323Trace['message']>): void {
    if (channel === 'control' && direction === 'out') {
      const { local, remote } = way;
      assert.deepEqual([local.address, remote.address], ['127.0.0.1', '127.0.0.1']);
      this.out.push({ packet: Buffer.from(packet).toString('hex'), local: local.port, remote: remote.port });
    }
  }
}

/** Makes us say something new of the lesson, by H.245. */
function show({ call }: AnsweringParty, name: string, number: number): void {
  const terminals = [
    { number: 1, name: 'Room' },
    { number, name },
  ];
  call.showTerminals?.({ own: 1, terminals });
}

test('what waits for the connection is traced when it goes, once', { timeout: 20_000 }, async () => {
  const trace = new ControlTrace();
  await answered(async (room, heard, party) => {
    const tunnelled = () => heard().flatMap(({ pdu }) => pdu.h245Control ?? []);
    room.write(facility(true, begun(1)));
    await until('H.245 has begun', () => namesIn(tunnelled()).includes('request openLogicalChannel'));
    room.write(facility(false, []));
    await until('we say where', () => addressIn(heard()) !== undefined);
    show(party(), 'who waits', 2);
    assert.deepEqual(trace.out, [], 'nothing went');
    const { address: host, port } = addressIn(heard()) ?? assert.fail();
    const control = connect({ host, port });
    const packets = packetsOf(control);
    try {
      await until('it goes', () => packets.length >= 2);
      show(party(), 'who comes later', 3);
      await until('so does the next', () => packets.length >= 3);
      assert.deepEqual(
        trace.out.map(({ packet }) => packet),
        packets.map((packet) => packet.toString('hex')),
      );
      assert.ok(trace.out.every(({ local, remote }) => local === port && remote === control.localPort));
    } finally {
      control.destroy();
    }
  }, trace);
});
