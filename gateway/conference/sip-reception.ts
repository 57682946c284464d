import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { LegFigures } from '#mcu/engine/protocol.ts';
import type { EndReason, Transfer } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import type { StrangerLog } from '#signaling/log/stranger-log.ts';
import type { InboundSipCall } from '#signaling/sip/application/inbound-sip-call.ts';
import type { DialOptions } from '#signaling/sip/application/sip-application.ts';
import type { SipCall } from '#signaling/sip/application/sip-call.ts';
import { readSipUri } from '#signaling/sip/edge/message/uri.ts';
import type { Conference } from './conference.ts';
import { RoomEntrance } from './room-entrance.ts';
import { RoomParty } from './room-party.ts';
import { SilenceWatch } from './silence-watch.ts';

/** Where SIP calls come from and the lessons that they go into. */
export interface SipReceptionOptions {
  readonly conference: Conference;
  /** Makes the calls. */
  readonly sip: { readonly dial: (options: DialOptions) => Promise<SipCall> };
  /** ms of silence after which a room is asked whether it is there. */
  readonly patience: number;
  /** Writes the lines about refused callers. */
  readonly strangers: Pick<StrangerLog, 'line'>;
  readonly log: Logger;
  /** Told of every call as it comes. */
  readonly taken?: (call: SipCall) => void;
  /** Told of every call whose media have been agreed on. */
  readonly joined?: (call: SipCall) => void;
  /** Told of every call that is made, and how. */
  readonly dialled?: (call: SipCall, options: DialOptions) => void;
}

/** A party that has brought nothing for this long (ms) while the same one calls again is a ghost. */
const GHOST_SILENCE = 1500;
/** ms that a transferred room is given to hang up by itself. */
const TRANSFER_GRACE = 2000;

/** Takes the SIP calls that come, makes those that are asked for, and lets no ghost stay. */
export class SipReception {
  readonly #conference: Conference;
  readonly #log: Logger;
  readonly #entrance: RoomEntrance<SipCall>;
  readonly #watch: SilenceWatch;
  readonly #options: SipReceptionOptions;
  readonly #silent = new Map<string, number>();

  constructor(options: SipReceptionOptions) {
    const { conference, patience, strangers, log, joined = () => undefined } = options;
    this.#options = options;
    this.#conference = conference;
    this.#log = log;
    this.#entrance = new RoomEntrance({ conference, strangers, log, joined });
    this.#watch = new SilenceWatch(patience);
  }

  /** A room called: it gets into its lesson, or hears why not. */
  take(call: InboundSipCall): void {
    this.#entrance.record(call);
    this.#options.taken?.(call);
    // First of all: a ghost may hold the last place of its lesson.
    const returns = this.endGhosts(call) || this.#replacedBy(call) !== undefined;
    const picture = call.invitation.offer?.streams.some(({ kind }) => kind === 'main') ?? true;
    if (!this.#entrance.admits(call, { protocol: 'sip', picture, returns })) {
      return;
    }
    const replaced = this.#replacedBy(call);
    if (call.replaces !== undefined && replaced === undefined) {
      this.#conference.recorder.note(call.id, 'refused: Replaces names no call of this lesson');
      call.refuseReplaces(481);
      return;
    }
    if (call.replaces?.earlyOnly === true) {
      // Every call that has a dialog here is answered already (RFC 3891 §3).
      call.refuseReplaces(486);
      return;
    }
    call.once('answered', () => replaced?.end('replaced'));
    this.#attend(call);
    this.#entrance.enter(call);
  }

  /**
   * Calls a room into a class. Resolves to the call at once, before it is answered; `unknown-class` and the like where
   * nobody may enter. Rejects where no route leads there.
   * @param returns it takes the place of a party that is, or was just now, in a lesson
   */
  dial(options: DialOptions, returns = false): Promise<SipCall | EndReason> {
    const { sip, dialled } = this.#options;
    return this.#entrance.dial(
      options.target,
      { protocol: 'sip', picture: true, returns },
      {
        make: () => sip.dial(options),
        entered: (call) => {
          dialled?.(call, options);
          this.#attend(call);
        },
      },
    );
  }

  /** Whether this room is in a class. */
  isThere(code: string, room: { readonly uri: string; readonly address: string }): boolean {
    const caller = { remoteUri: room.uri, remoteAddress: room.address };
    return this.#conference.parties(code).some((party) => party instanceof RoomParty && party.isSameAs(caller));
  }

  /** The engine's report of what it hears of each leg. */
  heard(legs: readonly Pick<LegFigures, 'leg' | 'silentFor'>[]): void {
    this.#silent.clear();
    for (const { leg, silentFor } of legs) {
      const party = this.#conference.party(leg);
      if (party instanceof RoomParty) {
        party.mediaHeard(silentFor);
        if (party.expectsMedia) {
          this.#silent.set(leg, silentFor);
          this.#follow(party, silentFor);
        }
      }
    }
  }

  #follow(party: RoomParty, silentFor: number): void {
    const step = this.#watch.report(party.id, silentFor);
    if (step === 'end') {
      party.end('media-timeout');
    } else if (step === 'probe') {
      this.#conference.recorder.note(
        party.id,
        `silent for ${Math.round(silentFor / 1000)} s: asked whether it is there`,
      );
      this.#log.info(
        { event: 'silent', call: party.id, silentFor },
        'a room is silent: it is asked whether it is there',
      );
      party.probe().then(
        (isThere) => {
          if (!isThere) {
            party.end('media-timeout');
          }
        },
        () => party.end('media-timeout'),
      );
    }
  }

  /** The same room calls again: its old leg goes at once, unless it is plainly alive. Returns whether one went. */
  endGhosts(caller: Pick<RoomCall, 'target' | 'remoteUri' | 'remoteAddress'>): boolean {
    let went = false;
    for (const party of this.#conference.parties(caller.target)) {
      if (party instanceof RoomParty && party.isSameAs(caller) && (this.#silent.get(party.id) ?? 0) >= GHOST_SILENCE) {
        party.end('replaced');
        went = true;
      }
    }
    return went;
  }

  /** The party of its class whose place a call shall take, by its Replaces header. */
  #replacedBy({ replaces, target }: InboundSipCall): RoomParty | undefined {
    if (replaces === undefined) {
      return undefined;
    }
    return this.#conference
      .parties(target)
      .find((party): party is RoomParty => party instanceof RoomParty && party.isNamedBy(replaces));
  }

  /** A room gives its place to somebody else: he is called into its lesson, and it leaves when he is there. */
  async #transfer(call: SipCall, transfer: Transfer): Promise<void> {
    const target = readSipUri(transfer.target);
    if (target?.host === call.localAddress && this.#conference.isClass(target.user ?? '')) {
      // A class of ours cannot be called into another: that would be a lesson looking at itself.
      transfer.refuse();
      return;
    }
    transfer.accept();
    const options = { uri: transfer.target, target: call.target, displayName: call.remoteName };
    const replaces = transfer.replaces === undefined ? {} : { replaces: transfer.replaces };
    const called = await this.dial({ ...options, ...replaces }, true);
    if (typeof called === 'string') {
      transfer.finished(503);
      return;
    }
    called.once('answered', () => {
      transfer.finished(200);
      // Most rooms hang up by themselves when they hear of it.
      setTimeout(() => call.end('local-hangup'), TRANSFER_GRACE).unref();
    });
    called.once('ended', () => transfer.finished(603));
  }

  /** Does what a room in its lesson asks for, and forgets it when it is gone. */
  #attend(call: SipCall): void {
    call.on('transfer', (transfer) => {
      this.#transfer(call, transfer).catch((error: unknown) => {
        this.#log.warn({ event: 'transfer-failed', call: call.id, err: error }, 'a transfer came to nothing');
        transfer.finished(503);
      });
    });
    call.once('ended', () => this.#watch.forget(call.id));
  }
}

/** The IP address of a host name or literal, for finding the way there. Rejects where nobody has the name. */
export async function addressOfHost(host: string): Promise<string> {
  const literal = host.replace(/^\[|\]$/g, '');
  return isIP(literal) === 0 ? (await lookup(literal)).address : literal;
}
