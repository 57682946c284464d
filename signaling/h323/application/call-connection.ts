import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { CallDirection, EndReason } from '../../call/call.ts';
import type { H323Trace, MessageDirection } from '../../call/trace.ts';
import { callToAdmit } from '../call/call-to-admit.ts';
import { dialledIn, nameOfCaller, textOfAlias } from '../call/dialled.ts';
import type { H323Call } from '../call/h323-call.ts';
import { InboundH323Call } from '../call/inbound-h323-call.ts';
import { PROTOCOL_IDENTIFIER, statusMessage } from '../call/signalling-messages.ts';
import type { H323Guard } from '../guard/h323-guard.ts';
import { type CallMessage, CallMessageError, readCallMessage, writeCallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { readDisplay, readNumber, writeCause } from '../q931/elements.ts';
import { elementOf } from '../q931/message.ts';
import type { Admission } from '../ras/admission.ts';
import type { WayQuestion } from '../ras/gatekeeper/gatekeeper-service.ts';
import { PacketConnection } from '../transport/packet-connection.ts';
import { ENDPOINT } from './endpoint.ts';
import { RoutedCall } from './routed-call.ts';

/** What is the same for all calls of one connection. */
export interface CallConnectionOptions {
  readonly local: LocalCapabilities;
  readonly h245Ports: { readonly from: number; readonly to: number };
  readonly displayName: string;
  readonly tunnelling: boolean;
  /** Asked before a call is taken; undefined where nobody need be. */
  readonly admission: Admission | undefined;
  /** Where a call goes on to that is for another room; undefined where it is for us. */
  readonly way: ((call: WayQuestion) => TransportAddress | undefined) | undefined;
  /** Is told what comes of the connection; undefined where nobody is banned, or the connection is ours. */
  readonly guard: H323Guard | undefined;
  /** Where connections of ours leave from; undefined for the address that leads there. */
  readonly boundAddress: string | undefined;
  /** ms. */
  readonly now: () => number;
  readonly log: Logger;
  /** Is told of every message of a call. */
  readonly trace: H323Trace | undefined;
  readonly call: (call: InboundH323Call) => void;
  readonly closed: () => void;
}

/** Calls on one connection: gateways carry many, rooms one. */
const MAXIMUM_CALLS = 30;
/** ms that a connection may be without a call. */
const IDLE_TIME = 10_000;
/** Messages that cannot be read: more close the connection. */
const MAXIMUM_FAULTS = 10;
/** Q.850: destination out of order; invalid call reference value; message type non-existent or not implemented. */
const CAUSE = { outOfOrder: 27, invalidReference: 81, notImplemented: 97, congestion: 42 } as const;

/** A connection of call signalling and the calls on it: each has its reference, counted apart for either direction (Q.931 §4.3). */
export class CallConnection {
  readonly rawRemoteAddress: string;
  readonly #options: CallConnectionOptions;
  readonly #connection: PacketConnection;
  readonly #calls = new Map<string, H323Call>();
  /** The other half of a call that is passed on: nothing else is on this connection then. */
  #routed: RoutedCall | undefined;
  /** Those of them that were answered, or that we make. */
  readonly #standing = new Set<H323Call>();
  #faults = 0;
  /** Whether nothing came of the connection yet. */
  #isIdle = true;
  #idleSince: number | undefined;

  constructor(socket: Socket, options: CallConnectionOptions) {
    this.rawRemoteAddress = socket.remoteAddress ?? '';
    this.#options = options;
    this.#idleSince = options.now();
    this.#connection = new PacketConnection(socket, {
      packet: (contents) => this.#onPacket(contents),
      unreadable: () => this.#onUnreadable(),
      closed: () => this.#onClosed(),
    });
  }

  /** Calls that are not over. */
  get calls(): number {
    return this.#calls.size;
  }

  /** Whether a call on it was answered, is made by us or passed on between rooms, and is not over. */
  get isInCall(): boolean {
    return this.#standing.size > 0 || this.#routed !== undefined;
  }

  /** Cuts it, with all that is on it. */
  cut(): void {
    this.#connection.destroy();
  }

  /** Sends a message of a call. */
  send(call: string, packet: Buffer): void {
    this.#trace(call, 'out', packet);
    this.#connection.send(packet);
  }

  /** Takes a call of ours onto the connection. */
  carry(call: H323Call, callReference: number): void {
    this.#calls.set(keyOf(callReference, 'outbound'), call);
    this.#idleSince = undefined;
    this.#standing.add(call);
    this.#follow(call);
  }

  /** The call is over; with the last one the connection is closed. */
  forget(callReference: number, direction: CallDirection): void {
    this.#calls.delete(keyOf(callReference, direction));
    if (this.#calls.size === 0) {
      this.#idleSince = this.#options.now();
      this.#connection.end();
    }
  }

  /** Ends the calls of one identifier, in hexadecimal. */
  drop(callIdentifier: string, reason: EndReason): void {
    for (const call of this.#calls.values()) {
      if (call.isKnownAs(callIdentifier)) {
        call.end(reason);
      }
    }
  }

  /** Ends every call, then the connection. */
  close(reason: EndReason): void {
    for (const call of this.#calls.values()) {
      call.end(reason);
    }
    this.#routed?.close();
    this.#connection.end();
  }

  tick(): void {
    for (const call of this.#calls.values()) {
      call.tick();
    }
    if (this.#idleSince !== undefined && this.#options.now() - this.#idleSince > IDLE_TIME) {
      this.#connection.destroy();
    }
  }

  #onPacket(packet: Buffer): void {
    if (this.#routed !== undefined) {
      this.#routed.forward(packet);
      return;
    }
    let message: CallMessage;
    try {
      message = readCallMessage(packet);
    } catch (error) {
      if (!(error instanceof CallMessageError)) {
        throw error;
      }
      this.#onFault(error);
      return;
    }
    // Messages of calls that they made come from the originating side.
    const direction: CallDirection = message.isFromDestination ? 'outbound' : 'inbound';
    const call = this.#calls.get(keyOf(message.callReference, direction));
    const body = message.pdu['h323-message-body'];
    if (call !== undefined) {
      this.#trace(call.id, 'in', packet);
      call.receive(message);
    } else if (this.#connection.isEnded) {
      // A call cannot begin where nothing can be said any more; its room sees that, and calls anew.
      return;
    } else if (body.type === 'setup' && direction === 'inbound') {
      if (!this.#isPassedOn(packet, message, body.value)) {
        this.#onSetup(message, body.value, packet);
      }
    } else if (message.type === 'statusInquiry') {
      this.#tellNone(message);
    } else if (message.type !== 'releaseComplete' && message.type !== 'status') {
      this.#refuse(message, CAUSE.invalidReference);
    }
  }

  /** A call between rooms whose signalling we carry takes the whole connection. */
  #isPassedOn(packet: Buffer, message: CallMessage, setup: H225<'Setup-UUIE'>): boolean {
    const to = this.#options.way?.({
      alias: dialledIn(setup, message).target,
      callIdentifier: setup.callIdentifier?.guid ?? setup.conferenceID,
      conferenceIdentifier: setup.conferenceID,
      endpointIdentifier: setup.endpointIdentifier,
      remoteAddress: this.#connection.remoteAddress,
    });
    if (to === undefined || this.#calls.size > 0) {
      return false;
    }
    this.#idleSince = undefined;
    this.#isIdle = false;
    this.#routed = new RoutedCall({
      to,
      localAddress: this.#options.boundAddress,
      back: (answer) => this.#connection.send(answer),
      closed: (wasOpen) => {
        if (wasOpen) {
          this.#connection.end();
        } else {
          this.#refuse(message, CAUSE.outOfOrder);
        }
      },
    });
    this.#routed.forward(packet);
    return true;
  }

  #onSetup(message: CallMessage, setup: Parameters<typeof dialledIn>[0], packet: Buffer): void {
    if (this.#calls.size >= MAXIMUM_CALLS || this.#options.guard?.takesCall(this.#connection.remoteAddress) === false) {
      this.#refuse(message, CAUSE.congestion);
      return;
    }
    if (
      setup.conferenceGoal.type === 'callIndependentSupplementaryService' ||
      setup.conferenceGoal.type === 'unknown'
    ) {
      this.#refuse(message, CAUSE.notImplemented);
      return;
    }
    const { callReference } = message;
    const { local, h245Ports, displayName, tunnelling, now, log, trace } = this.#options;
    const identifier = setup.callIdentifier?.guid ?? setup.conferenceID;
    // A room that lost its connection may call again with the same identifier before the old call is over, and strangers may say any.
    const id = `${Buffer.from(identifier).toString('hex')}-${randomBytes(4).toString('hex')}`;
    this.#trace(id, 'in', packet);
    const { target, pin } = dialledIn(setup, message);
    const number = readNumber(elementOf(message, 'callingPartyNumber'));
    const [alias] = (setup.sourceAddress ?? []).map(textOfAlias);
    const call = new InboundH323Call(
      {
        id,
        signalling: {
          direction: 'inbound',
          callReference,
          callIdentifier: identifier,
          conferenceIdentifier: setup.conferenceID,
          endpoint: ENDPOINT,
          displayName,
          tunnelling,
        },
        remoteName:
          nameOfCaller(setup, readDisplay(elementOf(message, 'display')), number) || this.#connection.remoteAddress,
        remoteUri: alias ?? number ?? this.#connection.remoteAddress,
        remoteAddress: this.#connection.remoteAddress,
        localAddress: this.#connection.localAddress,
        target,
        local,
        h245Ports,
        send: (answer) => this.send(id, answer),
        released: () => this.forget(callReference, 'inbound'),
        now,
        random: Math.random,
        log,
        trace,
      },
      { message, setup, pin },
    );
    this.#calls.set(keyOf(callReference, 'inbound'), call);
    this.#idleSince = undefined;
    this.#follow(call);
    call.begin();
    if (!call.isEnded) {
      this.#admit(call, { identifier, callReference, setup });
    }
  }

  /** What becomes of a call says what its source is worth. */
  #follow(call: H323Call): void {
    const { guard } = this.#options;
    const { remoteAddress } = this.#connection;
    this.#isIdle = false;
    call.once('answered', () => {
      // One of ours may have been forwarded to another connection meanwhile.
      if ([...this.#calls.values()].includes(call)) {
        this.#standing.add(call);
        guard?.called(remoteAddress);
      }
    });
    call.once('ended', (reason) => {
      if (!this.#standing.delete(call)) {
        guard?.callEnded(remoteAddress, reason);
      }
    });
  }

  /** Hands the call on, where there is a gatekeeper as soon as that lets it in. */
  #admit(
    call: InboundH323Call,
    { identifier, callReference, setup }: { identifier: Uint8Array; callReference: number; setup: H225<'Setup-UUIE'> },
  ): void {
    const { admission, log } = this.#options;
    if (admission === undefined) {
      this.#options.call(call);
      return;
    }
    const { remoteAddress } = this.#connection;
    const asked = callToAdmit(setup, { callIdentifier: identifier, callReference, remoteAddress });
    let isOver = false;
    call.once('ended', () => {
      isOver = true;
      admission.release(asked);
    });
    void admission.admit(asked).then((answer) => {
      if (isOver) {
        // It was let in when it was already gone.
        admission.release(asked);
        return;
      }
      if (answer.outcome === 'admitted') {
        this.#options.call(call);
        return;
      }
      log.info({ event: 'call-not-admitted', call: call.id, detail: answer.detail }, 'the gatekeeper refuses a call');
      call.end(answer.reason);
    });
  }

  /** There is no such call: asked for its state, we say that it has none (Q.931 §5.8.10). */
  #tellNone({ callReference, isFromDestination, pdu }: CallMessage): void {
    const body = pdu['h323-message-body'];
    const callIdentifier = body.type === 'statusInquiry' ? body.value.callIdentifier.guid : Buffer.alloc(16);
    const { type, elements, body: status } = statusMessage({ callIdentifier }, 'null');
    this.#connection.send(
      writeCallMessage({
        callReference,
        isFromDestination: !isFromDestination,
        type,
        elements,
        pdu: { 'h323-message-body': status },
      }),
    );
  }

  /** No call of ours: whoever sent it shall know that there is none (Q.931 §5.8.3.2). */
  #refuse({ callReference, isFromDestination }: CallMessage, cause: number): void {
    this.#connection.send(
      writeCallMessage({
        callReference,
        isFromDestination: !isFromDestination,
        type: 'releaseComplete',
        elements: [writeCause({ value: cause, location: 0 })],
        pdu: {
          'h323-message-body': { type: 'releaseComplete', value: { protocolIdentifier: PROTOCOL_IDENTIFIER } },
        },
      }),
    );
    if (this.#calls.size === 0) {
      this.#connection.end();
    }
  }

  #trace(call: string, direction: MessageDirection, packet: Uint8Array): void {
    this.#options.trace?.message(call, direction, { channel: 'call-signalling', packet, way: this.#connection.way });
  }

  #onUnreadable(): void {
    this.#isIdle = false;
    this.#options.guard?.unreadable(this.#connection.remoteAddress);
  }

  #onFault({ message, callReference }: CallMessageError): void {
    this.#faults += 1;
    this.#onUnreadable();
    this.#options.log.debug(
      { event: 'h225-unreadable', from: this.#connection.remoteAddress, callReference, fault: message },
      'unreadable call signalling',
    );
    if (this.#faults > MAXIMUM_FAULTS || this.#calls.size === 0) {
      this.#connection.destroy();
    }
  }

  #onClosed(): void {
    if (this.#isIdle) {
      this.#options.guard?.idle(this.rawRemoteAddress);
    }
    this.#routed?.close();
    for (const call of [...this.#calls.values()]) {
      call.connectionLost();
    }
    this.#calls.clear();
    this.#options.closed();
  }
}

function keyOf(callReference: number, direction: CallDirection): string {
  return `${direction} ${callReference}`;
}
