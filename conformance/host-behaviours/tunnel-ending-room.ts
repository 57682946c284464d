import { connect, type Socket } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { aliasOf } from '#signaling/h323/call/dialled.ts';
import { readSignalAddress } from '#signaling/h323/call/transport-address.ts';
import { type CallMessage, readCallMessage, writeCallMessage } from '#signaling/h323/h225/message.ts';
import { type H245Message, nameOf, request, response } from '#signaling/h323/h245/message.ts';
import { h245 } from '#signaling/h323/h245/types.ts';
import { writeCapabilitySet } from '#signaling/h323/media/capability-set.ts';
import { setupOf } from '#signaling/h323/quirks/signalling-side.ts';
import { TpktReader, writeTpkt } from '#signaling/h323/tpkt/tpkt.ts';
import { until } from '../media/until.ts';

const PATIENCE = 10_000;
const CAPABILITIES = defaultCapabilities({ videoBitRate: 500_000, maximumSize: '720p' });
/** The example Setup's. */
const CALL_REFERENCE = 5;

/** A room without media that tunnels H.245 until it is told to stop: then H.245 has a connection of its own, as late as it likes. */
export class TunnelEndingRoom {
  /** Names of the messages of H.245 that came on the connection of its own. */
  readonly control: string[] = [];
  readonly #signalling: Connection;
  #control: Connection | undefined;

  private constructor(signalling: Connection) {
    this.#signalling = signalling;
  }

  /** Calls a class. Resolves when the control session stands and channels are opened, all in the tunnel. */
  static async call(localAddress: string, gateway: TransportAddress, code: string): Promise<TunnelEndingRoom> {
    const room = new TunnelEndingRoom(new Connection(localAddress, gateway));
    try {
      await room.#begin(code);
    } catch (error) {
      room.close();
      throw error;
    }
    return room;
  }

  /** Says that it tunnels no more. Resolves to where the gateway takes H.245. */
  async stopTunnelling(): Promise<TransportAddress> {
    this.#say('facility', [], false);
    return await until('the gateway says where it takes H.245', PATIENCE, () => addressIn(this.#heard));
  }

  /** Opens the connection of H.245. */
  openControl(localAddress: string, to: TransportAddress): void {
    this.#control = new Connection(localAddress, to, (packet) => this.control.push(nameOf(read(packet))));
  }

  /** Ends its call, as one does whose cable is pulled. */
  close(): void {
    this.#control?.socket.destroy();
    this.#signalling.socket.destroy();
  }

  get #heard(): CallMessage[] {
    return this.#signalling.packets.map(readCallMessage);
  }

  async #begin(code: string): Promise<void> {
    const { octets } = setupOf({ destinationAddress: [aliasOf(code)] }, { h245Tunneling: true });
    this.#signalling.socket.write(writeTpkt(octets));
    const tunnelled = () => this.#heard.flatMap(({ pdu }) => pdu.h245Control ?? []).map(read);
    await until('H.245 begins', PATIENCE, () => tunnelled().length >= 2 || undefined);
    this.#say('facility', [
      request('terminalCapabilitySet', { ...writeCapabilitySet(CAPABILITIES), sequenceNumber: 1 }),
      request('masterSlaveDetermination', { terminalType: 50, statusDeterminationNumber: 9 }),
      response('terminalCapabilitySetAck', { sequenceNumber: 1 }),
      response('masterSlaveDeterminationAck', { decision: { type: 'master', value: null } }),
    ]);
    await until('channels are opened', PATIENCE, () =>
      tunnelled().some((message) => nameOf(message) === 'request openLogicalChannel') ? true : undefined,
    );
  }

  #say(type: CallMessage['type'], control: readonly H245Message[], h245Tunneling = true): void {
    const h245Control = control.map((message) => h245.encode('MultimediaSystemControlMessage', message));
    this.#signalling.socket.write(
      writeTpkt(
        writeCallMessage({
          callReference: CALL_REFERENCE,
          isFromDestination: false,
          type,
          elements: [],
          pdu: {
            'h323-message-body': { type: 'empty', value: null },
            h245Tunneling,
            ...(h245Control.length === 0 ? {} : { h245Control }),
          },
        }),
      ),
    );
  }
}

/** A connection and the packets that came on it. */
class Connection {
  readonly socket: Socket;
  readonly packets: Buffer[] = [];

  constructor(localAddress: string, { address, port }: TransportAddress, came?: (packet: Buffer) => void) {
    const reader = new TpktReader();
    this.socket = connect({ host: address, port, localAddress });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => {
      for (const packet of reader.push(chunk)) {
        this.packets.push(packet);
        came?.(packet);
      }
    });
  }
}

function read(octets: Uint8Array): H245Message {
  return h245.decode('MultimediaSystemControlMessage', octets);
}

function addressIn(messages: readonly CallMessage[]): TransportAddress | undefined {
  return messages
    .map(({ pdu }) => pdu['h323-message-body'])
    .map((body) => (body.type === 'facility' ? readSignalAddress(body.value.h245Address) : undefined))
    .find((address) => address !== undefined);
}
