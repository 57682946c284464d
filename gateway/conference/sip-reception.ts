import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { LegFigures } from '#mcu/engine/protocol.ts';
import type { EndReason } from '#signaling/call/call.ts';
import type { InboundSipCall } from '#signaling/sip/application/inbound-sip-call.ts';
import type { DialOptions, SipApplication } from '#signaling/sip/application/sip-application.ts';
import type { SipCall } from '#signaling/sip/application/sip-call.ts';
import type { Conference } from './conference.ts';
import type { Lesson } from './lesson.ts';
import { SilenceWatch } from './silence-watch.ts';
import { SipParty } from './sip-party.ts';

export interface SipReceptionOptions {
  readonly conference: Conference;
  /** ms of silence after which a room is asked whether it is there. */
  readonly patience: number;
  readonly log: Logger;
}

/** A party that has brought nothing for this long (ms) while the same one calls again is a ghost. */
const GHOST_SILENCE = 1500;

/** Takes the SIP calls that come, makes those that are asked for, and lets no ghost stay. */
export class SipReception {
  readonly #conference: Conference;
  readonly #log: Logger;
  readonly #watch: SilenceWatch;
  readonly #silent = new Map<string, number>();

  constructor({ conference, patience, log }: SipReceptionOptions) {
    this.#conference = conference;
    this.#log = log;
    this.#watch = new SilenceWatch(patience);
  }

  /** A room called: it gets into its lesson, or hears why not. */
  take(call: InboundSipCall): void {
    const lesson = this.#conference.admit(call.target);
    if (typeof lesson === 'string') {
      this.#refuse(call, lesson);
      return;
    }
    const party = new SipParty(call, this.#conference, lesson);
    this.#endGhosts(lesson, party);
    this.#join(party, call);
  }

  /**
   * Calls a room into a class. Resolves to the call at once, before it is answered; `unknown-class` and the like where
   * nobody may enter. Rejects where no route leads there.
   */
  async dial(sip: SipApplication, options: DialOptions): Promise<SipCall | EndReason> {
    const lesson = this.#conference.admit(options.target);
    if (typeof lesson === 'string') {
      return lesson;
    }
    const call = await sip.dial({ ...options, displayName: lesson.title });
    this.#join(new SipParty(call, this.#conference, lesson), call);
    return call;
  }

  /** The engine's report of what it hears of each leg. */
  heard(legs: readonly Pick<LegFigures, 'leg' | 'silentFor'>[]): void {
    this.#silent.clear();
    for (const { leg, silentFor } of legs) {
      const party = this.#conference.party(leg);
      if (party instanceof SipParty && party.expectsMedia) {
        this.#silent.set(leg, silentFor);
        this.#follow(party, silentFor);
      }
    }
  }

  #follow(party: SipParty, silentFor: number): void {
    const step = this.#watch.report(party.id, silentFor);
    if (step === 'end') {
      party.end('media-timeout');
    } else if (step === 'probe') {
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

  /** The same room calls again: its old leg goes at once, unless it is plainly alive. */
  #endGhosts(lesson: Lesson, caller: SipParty): void {
    for (const party of lesson.parties) {
      const isSame = party instanceof SipParty && party.identity === caller.identity;
      if (isSame && (this.#silent.get(party.id) ?? 0) >= GHOST_SILENCE) {
        party.end('replaced');
      }
    }
  }

  #refuse(call: InboundSipCall, reason: EndReason): void {
    this.#log.info({ event: 'call-refused', call: call.id, reason }, 'a call was refused');
    this.#conference.refused('sip', reason);
    call.end(reason);
  }

  #join(party: SipParty, call: SipCall): void {
    party
      .join()
      .catch((error: unknown) => {
        if (!party.ended) {
          this.#log.warn({ event: 'join-failed', call: call.id, err: error }, 'a room did not get into its lesson');
          call.end('internal-error');
        }
      })
      .finally(() => {
        if (party.ended) {
          this.#watch.forget(party.id);
        }
      });
  }
}

/** The IP address of a host name or literal, for finding the way there. Rejects where nobody has the name. */
export async function addressOfHost(host: string): Promise<string> {
  const literal = host.replace(/^\[|\]$/g, '');
  return isIP(literal) === 0 ? (await lookup(literal)).address : literal;
}
