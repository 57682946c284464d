import type { Logger } from 'pino';
import type { EndReason } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import { DialCancelled, type H323DialOptions } from '#signaling/h323/application/h323-application.ts';
import type { InboundH323Call } from '#signaling/h323/call/inbound-h323-call.ts';
import { AdmissionRefused } from '#signaling/h323/ras/admission.ts';
import type { StrangerLog } from '#signaling/log/stranger-log.ts';
import type { Conference } from '../conference/conference.ts';
import { RoomEntrance } from '../conference/room-entrance.ts';

/** Where H.323 calls come from and the lessons that they go into. */
export interface H323ReceptionOptions {
  readonly conference: Conference;
  /** Makes the calls. */
  readonly application: { readonly dial: (options: H323DialOptions) => Promise<RoomCall> };
  /** Ends calls of the same room that are plainly dead. */
  readonly endGhosts: (caller: RoomCall) => boolean;
  /** Writes the lines about refused callers. */
  readonly strangers: Pick<StrangerLog, 'line'>;
  /** Where a room that calls can be called; undefined where nobody knows. */
  readonly addressOf: (call: InboundH323Call) => string | undefined;
  readonly witness?: H323Witness | undefined;
  readonly log: Logger;
}

/** Is told what becomes of calls, for whoever calls rooms again. */
export interface H323Witness {
  /** A room calls. `uri`: how it is called; undefined where no way to it is known. */
  taken(call: RoomCall, uri: string | undefined): void;
  /** A room is called. */
  dialled(call: RoomCall, uri: string): void;
  /** Media were agreed on. */
  joined(call: RoomCall): void;
}

/** Takes the H.323 calls that come, and makes those that are asked for. */
export class H323Reception {
  readonly #options: H323ReceptionOptions;
  readonly #entrance: RoomEntrance<RoomCall>;

  constructor(options: H323ReceptionOptions) {
    const { conference, strangers, log, witness } = options;
    this.#options = options;
    this.#entrance = new RoomEntrance({ conference, strangers, log, joined: (call) => witness?.joined(call) });
  }

  /** A room called: it gets into its lesson, or hears why not. */
  take(call: InboundH323Call): void {
    const { endGhosts, addressOf, witness } = this.#options;
    this.#entrance.record(call);
    witness?.taken(call, addressOf(call));
    const returns = endGhosts(call);
    if (this.#entrance.admits(call, { protocol: 'h323', picture: true, returns })) {
      this.#entrance.enter(call);
    }
  }

  /**
   * Calls a room into a class. Resolves at once, before it is answered, or with the reason why it is not called: the lesson's or a
   * gatekeeper's. Rejects where no way leads there.
   * @param how the room is called again, and whether it takes the place of a party that was in a lesson just now
   */
  dial(options: H323DialOptions, { uri, returns }: { uri: string; returns: boolean }): Promise<RoomCall | EndReason> {
    const { witness } = this.#options;
    return this.#entrance.dial(
      options.target,
      { protocol: 'h323', picture: true, returns },
      {
        make: () => this.#make(options),
        entered: (call) => witness?.dialled(call, uri),
      },
    );
  }

  async #make(options: H323DialOptions): Promise<RoomCall | EndReason> {
    const { application, log } = this.#options;
    try {
      return await application.dial(options);
    } catch (error) {
      if (error instanceof DialCancelled) {
        return error.reason;
      }
      if (!(error instanceof AdmissionRefused)) {
        throw error;
      }
      log.info({ event: 'call-not-admitted', detail: error.detail }, 'a gatekeeper refuses a call of ours');
      return error.reason;
    }
  }
}
