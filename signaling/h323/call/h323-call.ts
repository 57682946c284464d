import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { CallDirection, CallEvents, EndReason, MediaExchange } from '../../call/call.ts';
import type { RoomCall } from '../../call/room-call.ts';
import { PerError } from '../asn1/per-error.ts';
import { type CallMessage, writeCallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { nameOf } from '../h245/message.ts';
import { H245Session } from '../h245/session.ts';
import type { SessionOutput } from '../h245/session-output.ts';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from '../media/capability-set.ts';
import { MediaControl } from '../media/media-control.ts';
import { H245Carriage } from '../transport/h245-carriage.ts';
import { CallSignalling } from './call-signalling.ts';
import type { CallSignallingOptions } from './call-signalling-options.ts';

export interface H323CallOptions {
  /** The call identifier in hexadecimal. */
  readonly id: string;
  readonly signalling: CallSignallingOptions;
  readonly remoteName: string;
  readonly remoteUri: string;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly target: string;
  readonly local: LocalCapabilities;
  /** TCP ports for H.245 connections of their own. */
  readonly h245Ports: { readonly from: number; readonly to: number };
  /** Sends a packet on the call signalling connection. */
  readonly send: (packet: Buffer) => void;
  /** The call is over and its connection no longer needed for it. */
  readonly released: () => void;
  /** ms. */
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** H.323 table 1: an MCU that mixes sound and picture. */
const TERMINAL_TYPE = 190;
/** Messages of a call that cannot be read: more end it. */
const MAXIMUM_FAULTS = 5;
/** ms between questions whether the far side is there; its answers also keep a NAT open. */
const ROUND_TRIP_INTERVAL = 20_000;

/** An H.323 room, whoever called whom: signalling, control and media as one `Call`. */
export abstract class H323Call extends EventEmitter<CallEvents> implements RoomCall {
  readonly protocol = 'h323';
  readonly id: string;
  readonly remoteName: string;
  readonly remoteUri: string;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly target: string;
  protected readonly signalling: CallSignalling;
  protected readonly media: MediaControl;
  protected readonly options: H323CallOptions;
  readonly #session: H245Session;
  readonly #carriage: H245Carriage;
  readonly #waiting: (() => void)[] = [];
  /** Where H.245 is taken is known when this has resolved. */
  #listening: Promise<void> = Promise.resolve();
  #invitation: MediaExchange | undefined;
  #isTaken = false;
  #hasH245 = false;
  #isEnded = false;
  #faults = 0;
  #askedAt: number;

  constructor(options: H323CallOptions) {
    super();
    this.options = options;
    this.id = options.id;
    this.remoteName = options.remoteName;
    this.remoteUri = options.remoteUri;
    this.remoteAddress = options.remoteAddress;
    this.localAddress = options.localAddress;
    this.target = options.target;
    this.#askedAt = options.now();
    this.signalling = new CallSignalling(options.signalling, {
      send: (message) => options.send(writeCallMessage(message)),
      h245: (messages) => this.#onTunnelled(messages),
      tunnelOpened: () => this.onTunnelOpened(),
      connectionNeeded: (theirs) => this.#openCarriage(theirs),
      fastStart: (channels) => this.onFastStart(channels),
      fastStartRefused: () => this.onFastStartRefused(),
      ringing: () => this.emit('ringing'),
      connected: () => this.#onConnected(),
      forwarded: ({ address, aliases }) => this.onForwarded(address, aliases),
      released: (reason) => this.#finish(reason),
    });
    this.media = new MediaControl(options.local, () => this.#session, options.now, {
      exchange: (exchange) => this.#onExchange(exchange),
      refused: (reason) => this.end(reason),
      fastStartChosen: (channels) => this.signalling.answerFastStart(channels),
      fastStartProposed: (channels) => this.onProposals(channels),
      keyFrameRequested: () => this.emit('keyframe-request'),
      bitRateRequested: (bitRate) => this.emit('bitrate-request', bitRate),
    });
    this.#session = new H245Session({ terminalType: TERMINAL_TYPE, random: options.random }, this.#sessionOutput());
    this.#carriage = new H245Carriage({
      opened: () => this.startH245(),
      packet: (contents) => this.#onH245(contents),
      closed: () => this.#onCarriageClosed(),
    });
  }

  abstract get direction(): CallDirection;

  /** What the far side can do; available once `prepare` has resolved. */
  get invitation(): MediaExchange {
    if (this.#invitation === undefined) {
      throw new Error('the call is not prepared');
    }
    return this.#invitation;
  }

  abstract prepare(): Promise<void>;

  requestKeyFrame(): void {
    const channel = this.media.pictureChannel;
    if (channel !== undefined) {
      this.#session.requestPicture(channel);
      this.signalling.flush();
    }
  }

  /** H.245's round trip runs all the time: a room that does not answer is ended by it. */
  probe(): Promise<boolean> {
    return Promise.resolve(!this.#isEnded);
  }

  end(reason: EndReason): void {
    if (this.#isEnded) {
      return;
    }
    if (this.#hasH245) {
      this.#session.end();
      this.signalling.flush();
    }
    this.signalling.release(reason);
  }

  /** A message of this call. */
  receive(message: CallMessage): void {
    this.signalling.receive(message, this.options.now());
    this.signalling.flush();
  }

  /** The call signalling connection broke. */
  connectionLost(): void {
    this.signalling.connectionLost();
  }

  /** Lets times run out; to be called a few times in a second. */
  tick(): void {
    const now = this.options.now();
    this.signalling.tick(now);
    this.#session.tick(now);
    if (this.#session.isEstablished && now - this.#askedAt >= ROUND_TRIP_INTERVAL) {
      this.#askedAt = now;
      this.#session.askRoundTrip(now);
    }
    this.signalling.flush();
  }

  /** Begins H.245, once. */
  protected startH245(): void {
    if (!this.#hasH245 && !this.#isEnded) {
      this.#hasH245 = true;
      this.#session.start(writeCapabilitySet(this.options.local), this.options.now());
      this.signalling.flush();
    }
  }

  /** Resolves when our answer can say where we take H.245. */
  protected get listening(): Promise<void> {
    return this.#listening;
  }

  /** Resolves when there is an exchange to complete. Rejects when the call ends before. */
  protected async exchangeReady(): Promise<void> {
    while (this.#invitation === undefined) {
      if (this.#isEnded) {
        throw new Error('the call ended before it was prepared');
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#isTaken = true;
  }

  /** Begins H.245 where it goes through the tunnel: over a connection of its own it begins when that is there. */
  protected startH245IfTunnelled(): void {
    if (this.signalling.tunnels) {
      this.startH245();
    }
  }

  /** Puts something else in the place of how the invitation is completed. */
  protected answerBy(complete: MediaExchange['complete']): void {
    this.#invitation = { ...this.invitation, complete };
  }

  protected onFastStartRefused(): void {
    // Only who calls hears of it.
  }

  /** H.245 can go through the tunnel. */
  protected abstract onTunnelOpened(): void;
  protected abstract onFastStart(channels: readonly Uint8Array[]): void;
  protected abstract onProposals(channels: readonly Uint8Array[]): void;
  protected abstract onForwarded(address: TransportAddress | undefined, aliases: readonly H225<'AliasAddress'>[]): void;

  #onExchange(exchange: MediaExchange): void {
    if (this.#isTaken) {
      if (!this.emit('media', exchange)) {
        exchange.refuse('internal-error');
      }
      return;
    }
    // Until the party comes, the newest counts.
    this.#invitation = exchange;
    this.#wake();
  }

  #onConnected(): void {
    this.emit('answered');
  }

  #openCarriage(theirs: TransportAddress | undefined): void {
    const { localAddress, h245Ports, remoteAddress, log } = this.options;
    if (theirs !== undefined) {
      this.#carriage.connect(theirs, localAddress);
      return;
    }
    this.#listening = this.#carriage.listen(localAddress, h245Ports, remoteAddress).then(
      (address) => {
        this.signalling.listensForH245(address);
        if (this.direction === 'outbound') {
          this.signalling.announceH245();
        }
      },
      (error: unknown) => {
        log.error({ event: 'h245-port', call: this.id, err: error }, 'no port for H.245');
        this.end('internal-error');
      },
    );
  }

  #onCarriageClosed(): void {
    // Some rooms close H.245 and go on by the tunnel or hang up by call signalling a moment later: the call tells.
    this.#carriage.close();
  }

  #onTunnelled(messages: readonly Uint8Array[]): void {
    if (!this.signalling.tunnels && this.#hasH245) {
      return;
    }
    this.startH245();
    for (const message of messages) {
      this.#onH245(message);
    }
    this.signalling.flush();
  }

  #onH245(octets: Uint8Array): void {
    if (this.#isEnded) {
      return;
    }
    try {
      const message = h245.decode('MultimediaSystemControlMessage', octets);
      this.options.log.debug({ event: 'h245', call: this.id, message: nameOf(message) }, 'H.245');
      this.#session.receive(message, this.options.now());
    } catch (error) {
      if (!(error instanceof PerError)) {
        throw error;
      }
      this.#faults += 1;
      this.options.log.info({ event: 'h245-unreadable', call: this.id, fault: error.message }, 'unreadable H.245');
      if (this.#faults > MAXIMUM_FAULTS) {
        this.end('bad-request');
      }
    }
  }

  #sendH245(octets: Buffer): void {
    if (this.signalling.tunnels) {
      this.signalling.tunnel(octets);
    } else {
      this.#carriage.send(octets);
    }
  }

  #sessionOutput(): SessionOutput {
    const { media } = this;
    return {
      send: (message) => this.#sendH245(h245.encode('MultimediaSystemControlMessage', message)),
      established: () => media.established(),
      capabilities: (set, isEmpty) => media.capabilities(set, isEmpty),
      channelOffered: (channel) => media.channelOffered(channel),
      channelClosed: (channel) => media.channelClosed(channel),
      channelOpened: (channel, ack) => media.channelOpened(channel, ack),
      channelRefused: (channel) => media.channelRefused(channel),
      ownChannelClosed: (channel) => media.ownChannelClosed(channel),
      miscellaneous: (message, kind) => media.miscellaneous(message, kind),
      flowControl: (scope, bitRate, kind) => media.flowControl(scope, bitRate, kind),
      userInput: (digits) => this.#onUserInput(digits),
      modeRequested: () => false,
      // Requests want an answer: that we do not have the function.
      other: (message) => message.type !== 'request',
      roundTrip: () => undefined,
      failed: (procedure, why) => {
        this.options.log.info({ event: 'h245-failed', call: this.id, procedure, why }, 'a procedure of H.245 failed');
        this.end('signalling-timeout');
      },
      ended: () => this.#onSessionEnded(),
    };
  }

  #onUserInput(digits: string): void {
    for (const digit of digits) {
      if (/[0-9A-D*#]/.test(digit)) {
        this.emit('dtmf', digit);
      }
    }
  }

  /** The far side ends the control session: the call ends with it, as it does by ReleaseComplete (H.323 §8.5). */
  #onSessionEnded(): void {
    if (!this.#isEnded) {
      this.end('remote-hangup');
    }
  }

  #finish(reason: EndReason): void {
    if (this.#isEnded) {
      return;
    }
    this.#isEnded = true;
    this.#carriage.close();
    this.#wake();
    this.emit('ended', reason);
    this.options.released();
    this.removeAllListeners();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) {
      resolve();
    }
  }
}
