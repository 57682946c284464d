import type { Logger } from 'pino';
import type { EndReason } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import type { H323Application, H323DialOptions } from '#signaling/h323/application/h323-application.ts';
import type { InboundH323Call } from '#signaling/h323/call/inbound-h323-call.ts';
import { AdmissionRefused } from '#signaling/h323/ras/admission.ts';
import type { StrangerLog } from '#signaling/log/stranger-log.ts';
import type { Conference } from '../conference/conference.ts';
import { RoomParty } from '../conference/room-party.ts';

export interface H323ReceptionOptions {
  readonly conference: Conference;
  readonly application: H323Application;
  /** Ends calls of the same room that are plainly dead. */
  readonly endGhosts: (caller: RoomCall) => boolean;
  /** Writes the lines about refused callers. */
  readonly strangers: StrangerLog;
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

  constructor(options: H323ReceptionOptions) {
    this.#options = options;
  }

  /** A room called: it gets into its lesson, or hears why not. */
  take(call: InboundH323Call): void {
    const { conference, endGhosts, strangers, addressOf, witness, log } = this.#options;
    this.#record(call);
    witness?.taken(call, addressOf(call));
    const returns = endGhosts(call);
    const lesson = conference.admit(call.target, { protocol: 'h323', picture: true, returns });
    if (typeof lesson === 'string') {
      strangers.line(call.remoteAddress, () =>
        log.info({ event: 'call-refused', call: call.id, reason: lesson }, 'a call was refused'),
      );
      conference.refused('h323', lesson);
      conference.recorder.note(call.id, `refused: ${lesson}`);
      call.end(lesson);
      return;
    }
    this.#join(new RoomParty(call, conference, lesson), call);
  }

  /**
   * Calls a room into a class. Resolves at once, before it is answered, or with the reason why it is not called: the lesson's or a
   * gatekeeper's. Rejects where no way leads there.
   * @param how the room is called again, and whether it takes the place of a party that was in a lesson just now
   */
  async dial(options: H323DialOptions, how: { uri: string; returns: boolean }): Promise<RoomCall | EndReason> {
    const { conference, application, witness, log } = this.#options;
    const { uri, returns } = how;
    const admitted = conference.admit(options.target, { protocol: 'h323', picture: true, returns });
    if (typeof admitted === 'string') {
      return admitted;
    }
    try {
      const call = await application.dial(options);
      // While the connection was made the lesson may have begun with others, or ended.
      const lesson = conference.admit(options.target);
      if (typeof lesson === 'string') {
        call.end(lesson);
        return lesson;
      }
      this.#record(call);
      witness?.dialled(call, uri);
      this.#join(new RoomParty(call, conference, lesson), call);
      return call;
    } catch (error) {
      if (!(error instanceof AdmissionRefused)) {
        throw error;
      }
      log.info({ event: 'call-not-admitted', detail: error.detail }, 'a gatekeeper refuses a call of ours');
      return error.reason;
    }
  }

  /** From now on what the call does is kept. */
  #record(call: RoomCall): void {
    const { recorder } = this.#options.conference;
    const { direction, target, remoteUri } = call;
    recorder.began(call.id, { protocol: 'h323', direction, class: target, remote: remoteUri });
    call.once('ended', (reason) => recorder.ended(call.id, reason));
  }

  #join(party: RoomParty, call: RoomCall): void {
    const { witness, log } = this.#options;
    party.join().then(
      () => witness?.joined(call),
      (error: unknown) => {
        if (!party.ended) {
          log.warn({ event: 'join-failed', call: call.id, err: error }, 'a room did not get into its lesson');
          call.end('internal-error');
        }
      },
    );
  }
}
