import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect as openSocket, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { EndReason } from '../../call/call.ts';
import type { H323Trace } from '../../call/trace.ts';
import { aliasOf } from '../call/dialled.ts';
import { OutboundH323Call, type Outgoing } from '../call/outbound-h323-call.ts';
import type { ForwardTarget } from '../call/signalling-output.ts';
import type { H225 } from '../h225/types.ts';
import { type Admission, AdmissionRefused, type CallToAdmit } from '../ras/admission.ts';
import type { CallConnection } from './call-connection.ts';
import { ENDPOINT } from './endpoint.ts';

/** Whom to call. */
export interface H323DialOptions {
  /** Where the room, or who stands before it, takes calls; undefined where a gatekeeper is to find it by its alias. */
  readonly address: TransportAddress | undefined;
  /** The room's alias or number there; undefined for the room itself. */
  readonly alias: string | undefined;
  /** The class that it is called into. */
  readonly target: string;
  readonly displayName: string;
}

/** What is the same for all calls that we make. */
export interface OutboundDiallingOptions {
  readonly h245Ports: { readonly from: number; readonly to: number };
  readonly capabilities: LocalCapabilities;
  readonly tunnelling: boolean;
  readonly fastStart: boolean;
  readonly admission: Admission | undefined;
  /** ms. */
  readonly now: () => number;
  readonly log: Logger;
  readonly trace: H323Trace | undefined;
  /** Which address of ours a far side sees. */
  readonly localAddressTowards: (remote: string) => Promise<string>;
  /** Where calls are taken. */
  readonly signallingPort: () => number;
  readonly adopt: (socket: Socket) => CallConnection;
}

/** A call was on its way to its room when we stopped to make calls. */
export class DialCancelled extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`the call is not made: ${reason}`);
    this.name = 'DialCancelled';
    this.reason = reason;
  }
}

/** What an attempt is for. */
interface Wish {
  /** The call's, as traces name it: it stays the same wherever the call goes. */
  readonly id: string;
  readonly address: TransportAddress | undefined;
  readonly aliases: readonly H225<'AliasAddress'>[];
  readonly displayName: string;
  readonly conferenceIdentifier: Uint8Array;
  readonly joins: boolean;
}

/** A way, and the connection that it goes over. */
interface Way extends Outgoing {
  readonly connection: CallConnection;
}

/** ms for a connection that we open. */
const CONNECT_TIME = 8000;
/** 64 kbit/s channels that a Setup asks for: 2 Mbit/s. */
const RATE = 30;

/** Calls rooms: asks the gatekeeper, connects, and does so again where a room forwards the call. */
export class OutboundDialling {
  readonly #options: OutboundDiallingOptions;
  /** Calls on their way from one connection to the next. */
  readonly #moving = new Set<OutboundH323Call>();
  /** Connections that are not there yet. */
  readonly #connecting = new Set<Socket>();
  #isClosedFor: EndReason | undefined;

  constructor(options: OutboundDiallingOptions) {
    this.#options = options;
  }

  /**
   * Calls a room. Rejects where its address cannot be reached; with AdmissionRefused where a gatekeeper does not let us, with
   * DialCancelled where `close` comes before the connection is there.
   */
  async dial({ address, alias, target, displayName }: H323DialOptions): Promise<OutboundH323Call> {
    const aliases = alias === undefined ? [] : [aliasOf(alias)];
    const callIdentifier = randomBytes(16);
    const id = callIdentifier.toString('hex');
    const wish = { id, address, aliases, displayName, conferenceIdentifier: randomBytes(16), joins: false };
    let way = await this.#way(wish, callIdentifier);
    const place = way.destination.address;
    const { capabilities, h245Ports, fastStart, now, log, trace } = this.#options;
    const call: OutboundH323Call = new OutboundH323Call({
      ...way,
      id: wish.id,
      remoteName: alias ?? place.address,
      remoteUri: alias ?? `${place.address}:${place.port}`,
      target,
      local: capabilities,
      h245Ports,
      now,
      random: Math.random,
      log,
      trace,
      fastStart,
      forward: async (to) => {
        way = await this.#forward(call, to, wish, way.destination.address);
        return way;
      },
    });
    carry(call, way);
    return call;
  }

  /** Makes no calls any more, and ends those that are on no connection at the moment. */
  close(reason: EndReason): void {
    this.#isClosedFor ??= reason;
    for (const socket of this.#connecting) {
      socket.destroy(new DialCancelled(reason));
    }
    for (const call of this.#moving) {
      call.end(reason);
    }
  }

  async #forward(
    call: OutboundH323Call,
    { address, aliases, conferenceIdentifier }: ForwardTarget,
    { id, displayName, conferenceIdentifier: own }: Wish,
    last: TransportAddress,
  ): Promise<Way> {
    // Without a gatekeeper, who forwards a call to another alias is who knows it.
    const place = address ?? (this.#options.admission === undefined ? last : undefined);
    this.#moving.add(call);
    try {
      const conference = conferenceIdentifier ?? own;
      const joins = conferenceIdentifier !== undefined;
      const wish = { id, address: place, aliases, displayName, conferenceIdentifier: conference, joins };
      const way = await this.#way(wish, randomBytes(16));
      if (!call.isEnded) {
        carry(call, way);
      }
      return way;
    } finally {
      this.#moving.delete(call);
    }
  }

  async #way(wish: Wish, callIdentifier: Uint8Array): Promise<Way> {
    const { admission } = this.#options;
    const asked: CallToAdmit = {
      callIdentifier,
      conferenceIdentifier: wish.conferenceIdentifier,
      callReference: randomInt(1, 0x7fff),
      direction: 'outbound',
      destinationAliases: wish.aliases,
      destinationAddress: wish.address,
      sourceAliases: [{ type: 'h323-ID', value: wish.displayName }],
      sourceAddress: undefined,
      remoteAddress: undefined,
      bitRate: RATE * 64_000,
    };
    this.#assertOpen();
    const answer = await admission?.admit(asked);
    if (answer?.outcome === 'refused') {
      throw new AdmissionRefused(answer);
    }
    try {
      const address = answer?.callSignalAddress ?? wish.address;
      if (address === undefined) {
        throw new Error('no address to call, and no gatekeeper that knows one');
      }
      const aliases = answer?.destinationAliases ?? asked.destinationAliases;
      return await this.#connect(address, asked, { ...wish, aliases });
    } catch (error) {
      admission?.release(asked);
      throw error;
    }
  }

  async #connect(
    address: TransportAddress,
    asked: CallToAdmit,
    { id, aliases, displayName, joins }: Wish,
  ): Promise<Way> {
    const { callIdentifier, conferenceIdentifier, callReference, sourceAliases } = asked;
    const { admission, adopt, tunnelling, localAddressTowards, signallingPort } = this.#options;
    const localAddress = await localAddressTowards(address.address);
    this.#assertOpen();
    const connection = adopt(await this.#connected(address, localAddress));
    return {
      connection,
      signalling: {
        direction: 'outbound',
        callReference,
        callIdentifier,
        conferenceIdentifier,
        endpoint: ENDPOINT,
        displayName,
        tunnelling,
      },
      remoteAddress: address.address,
      localAddress,
      send: (packet) => connection.send(id, packet),
      released: () => {
        connection.forget(callReference, 'outbound');
        admission?.release(asked);
      },
      destination: {
        aliases,
        address,
        rate: RATE,
        sourceAliases,
        sourceAddress: { address: localAddress, port: signallingPort() },
        joins,
      },
    };
  }

  async #connected({ address, port }: TransportAddress, localAddress: string): Promise<Socket> {
    const socket = openSocket({ host: address, port, localAddress });
    const late = setTimeout(() => socket.destroy(new Error('nobody answered the connection')), CONNECT_TIME);
    this.#connecting.add(socket);
    try {
      await once(socket, 'connect');
    } finally {
      clearTimeout(late);
      this.#connecting.delete(socket);
    }
    return socket;
  }

  #assertOpen(): void {
    if (this.#isClosedFor !== undefined) {
      throw new DialCancelled(this.#isClosedFor);
    }
  }
}

function carry(call: OutboundH323Call, { connection, signalling }: Way): void {
  connection.carry(call, signalling.callReference);
}
