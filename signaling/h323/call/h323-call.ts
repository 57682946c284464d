import { EventEmitter } from 'node:events';
import type { CallDirection, CallEvents, EndReason, MediaExchange } from '../../call/call.ts';
import type { RoomCall, TerminalList } from '../../call/room-call.ts';
import type { CallMessage } from '../h225/message.ts';
import type { MediaControl } from '../media/media-control.ts';
import { CallAttempt } from './call-attempt.ts';
import type { CallAttemptOptions, Carrier } from './call-attempt-options.ts';
import type { CallSignalling } from './call-signalling.ts';
import type { ForwardTarget } from './signalling-output.ts';

/** A call attempt, and who the far side is. */
export interface H323CallOptions extends CallAttemptOptions {
  readonly remoteName: string;
  readonly remoteUri: string;
  readonly target: string;
}

/** An H.323 room, whoever called whom: signalling, control and media as one `Call`. */
export abstract class H323Call extends EventEmitter<CallEvents> implements RoomCall {
  readonly protocol = 'h323';
  readonly id: string;
  readonly remoteName: string;
  readonly remoteUri: string;
  readonly target: string;
  protected readonly options: H323CallOptions;
  #attempt: CallAttempt;
  /** Where the attempt goes. */
  #carrier: Carrier;
  readonly #waiting: (() => void)[] = [];
  #invitation: MediaExchange | undefined;
  #isTaken = false;
  #isEnded = false;
  #terminals: TerminalList | undefined;

  constructor(options: H323CallOptions) {
    super();
    this.options = options;
    this.id = options.id;
    this.remoteName = options.remoteName;
    this.remoteUri = options.remoteUri;
    this.target = options.target;
    this.#carrier = options;
    this.#attempt = this.#newAttempt(options);
  }

  abstract get direction(): CallDirection;

  get remoteAddress(): string {
    return this.#carrier.remoteAddress;
  }

  get localAddress(): string {
    return this.#carrier.localAddress;
  }

  /** What the far side can do; available once `prepare` has resolved. */
  get invitation(): MediaExchange {
    if (this.#invitation === undefined) {
      throw new Error('the call is not prepared');
    }
    return this.#invitation;
  }

  /** The call is over, whoever ended it. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether this is the identifier of the call where it goes now, in hexadecimal. */
  isKnownAs(callIdentifier: string): boolean {
    return Buffer.from(this.#carrier.signalling.callIdentifier).toString('hex') === callIdentifier;
  }

  abstract prepare(): Promise<void>;

  requestKeyFrame(): void {
    this.#attempt.requestKeyFrame();
  }

  /** Asks to be sent so many bit/s of picture at the most; undefined lifts the limit. */
  limitPicture(bitRate: number | undefined): void {
    this.#attempt.limitPicture(bitRate);
  }

  /** Tells the room who is in its lesson, as the MC of a conference does. */
  showTerminals(list: TerminalList): void {
    this.#terminals = list;
    this.#attempt.showTerminals(list);
  }

  probe(): Promise<boolean> {
    return this.#isEnded ? Promise.resolve(false) : this.#attempt.probe();
  }

  mediaHeard(ago: number): void {
    this.#attempt.mediaHeard(ago);
  }

  end(reason: EndReason): void {
    if (!this.#isEnded) {
      this.#attempt.end(reason);
      // An attempt that was given up tells nothing any more.
      this.#finish(reason);
    }
  }

  /** A message of this call. */
  receive(message: CallMessage): void {
    this.#attempt.receive(message);
  }

  /** The call signalling connection broke. */
  connectionLost(): void {
    this.#attempt.signalling.connectionLost();
  }

  /** Lets times run out; to be called a few times in a second. */
  tick(): void {
    this.#attempt.tick();
  }

  protected get signalling(): CallSignalling {
    return this.#attempt.signalling;
  }

  protected get media(): MediaControl {
    return this.#attempt.media;
  }

  /** Begins H.245, once. */
  protected startH245(): void {
    this.#attempt.startH245();
  }

  /** Begins H.245 where it goes through the tunnel: over a connection of its own it begins when that is there. */
  protected startH245IfTunnelled(): void {
    this.#attempt.startH245IfTunnelled();
  }

  /** Resolves when our answer can say where we take H.245. */
  protected get listening(): Promise<void> {
    return this.#attempt.listening;
  }

  /** Gives the attempt up: the far side hears that the call goes elsewhere. Nothing comes of it any more. */
  protected deflect(): void {
    this.#attempt.deflect();
  }

  /** Tries again, elsewhere. */
  protected tryAgain(carrier: Carrier): void {
    this.#carrier = carrier;
    this.#attempt = this.#newAttempt({ ...this.options, ...carrier });
    if (this.#terminals !== undefined) {
      this.#attempt.showTerminals(this.#terminals);
    }
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
  protected abstract onForwarded(to: ForwardTarget): void;

  #newAttempt(options: CallAttemptOptions): CallAttempt {
    return new CallAttempt(options, {
      tunnelOpened: () => this.onTunnelOpened(),
      fastStart: (channels) => this.onFastStart(channels),
      fastStartRefused: () => this.onFastStartRefused(),
      fastStartProposed: (channels) => this.onProposals(channels),
      ringing: () => this.emit('ringing'),
      connected: () => this.emit('answered'),
      forwarded: (to) => this.onForwarded(to),
      released: (reason) => this.#finish(reason),
      exchange: (exchange) => this.#onExchange(exchange),
      keyFrameRequested: () => this.emit('keyframe-request'),
      bitRateRequested: (bitRate) => this.emit('bitrate-request', bitRate),
      digits: (digits) => this.#onDigits(digits),
    });
  }

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

  #onDigits(digits: string): void {
    for (const digit of digits) {
      this.emit('dtmf', digit);
    }
  }

  #finish(reason: EndReason): void {
    if (this.#isEnded) {
      return;
    }
    this.#isEnded = true;
    this.#wake();
    this.emit('ended', reason);
    this.removeAllListeners();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) {
      resolve();
    }
  }
}
