import { EventEmitter } from 'node:events';
import type Srf from 'drachtio-srf';
import type { Logger } from 'pino';
import type { CallDirection, CallEvents, EndReason, MediaExchange } from '../../call/call.ts';
import type { RoomCall } from '../../call/room-call.ts';
import { type DialogRecord, type DialogWitness, refreshedBy } from './dialog-record.ts';
import type { DialogListener, DialogSession } from './dialog-session.ts';
import type { Replaces } from './replaces.ts';

/** What every SIP call is made with. */
export interface SipCallOptions {
  readonly id: string;
  /** A name for people. */
  readonly remoteName: string;
  /** The far side's address of record: who it is, over all of its calls. */
  readonly remoteUri: string;
  /** The address that its packets come from; empty where not known yet. */
  readonly remoteAddress: string;
  /** The class code. */
  readonly target: string;
  /** The address of ours that the far side reaches: for SDP. */
  readonly localAddress: string;
  readonly log: Logger;
  /** Told of the call's dialog. */
  readonly witness?: DialogWitness | undefined;
}

/** A SIP room, whoever called whom: a dialog seen through the eyes of `Call`. */
export abstract class SipCall extends EventEmitter<CallEvents> implements RoomCall {
  readonly protocol = 'sip';
  abstract readonly direction: CallDirection;
  readonly id: string;
  readonly remoteName: string;
  readonly remoteUri: string;
  readonly remoteAddress: string;
  readonly target: string;
  readonly localAddress: string;
  /** The first exchange of media, to be completed or refused by whoever takes the call. */
  abstract readonly invitation: MediaExchange;
  protected readonly log: Logger;
  readonly #witness: DialogWitness | undefined;
  protected session: DialogSession | undefined;
  #ended = false;

  constructor(options: SipCallOptions) {
    super();
    this.id = options.id;
    this.remoteName = options.remoteName;
    this.remoteUri = options.remoteUri;
    this.remoteAddress = options.remoteAddress;
    this.target = options.target;
    this.localAddress = options.localAddress;
    this.log = options.log;
    this.#witness = options.witness;
  }

  /** Does what must come before the invitation can be completed; it tells the offer where the far side makes it. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  requestKeyFrame(): void {
    this.session?.requestKeyFrame();
  }

  /** Whether the far side still knows of the call. */
  async probe(): Promise<boolean> {
    return (await this.session?.probe()) ?? true;
  }

  /** Whether a Replaces header names this call's dialog. */
  isNamedBy(replaces: Replaces): boolean {
    return this.session?.isNamedBy(replaces) ?? false;
  }

  end(reason: EndReason): void {
    if (this.#ended) {
      return;
    }
    if (this.session === undefined) {
      this.refuse(reason);
      this.finish(reason);
    } else {
      this.session.end(reason);
    }
  }

  protected get ended(): boolean {
    return this.#ended;
  }

  /** Tells of the dialog; `follow` must come when it stands. */
  protected witness(record: DialogRecord): void {
    this.#witness?.dialog(this.id, record);
  }

  /** Tells of the dialog whenever the far side moves. */
  protected follow(dialog: Srf.Dialog, record: DialogRecord): void {
    let current = record;
    const moved = (request: Srf.SrfRequest): void => {
      const refreshed = refreshedBy(current, request);
      if (refreshed !== undefined && !this.ended) {
        current = refreshed;
        this.witness(refreshed);
      }
    };
    dialog.on('modify', moved);
    dialog.on('update', moved);
  }

  /** Ends a call that has no dialog yet: a final response, or CANCEL. */
  protected abstract refuse(reason: EndReason): void;

  /** What a dialog tells this call. */
  protected listener(): DialogListener {
    return {
      ended: (reason) => this.finish(reason),
      media: (exchange) => {
        if (!this.emit('media', exchange)) {
          exchange.refuse('internal-error');
        }
      },
      keyFrameRequest: () => this.emit('keyframe-request'),
      dtmf: (digit) => this.emit('dtmf', digit),
      transfer: (transfer) => {
        if (!this.emit('transfer', transfer)) {
          transfer.refuse();
        }
      },
    };
  }

  protected finish(reason: EndReason): void {
    if (!this.#ended) {
      this.#ended = true;
      this.emit('ended', reason);
      this.removeAllListeners();
    }
  }
}
