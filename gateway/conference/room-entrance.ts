import type { Logger } from 'pino';
import type { EndReason } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import type { StrangerLog } from '#signaling/log/stranger-log.ts';
import type { Newcomer } from '../admission/admission.ts';
import type { Conference } from './conference.ts';
import { RoomParty } from './room-party.ts';

/** What an entrance of rooms of one dialect is made of. */
export interface RoomEntranceOptions<Room extends RoomCall> {
  readonly conference: Conference;
  /** Writes the lines about refused callers. */
  readonly strangers: Pick<StrangerLog, 'line'>;
  readonly log: Logger;
  /** Told of every call whose media have been agreed on. */
  readonly joined: (call: Room) => void;
}

/** How a room is called. */
export interface RoomDialling<Room extends RoomCall> {
  /** Makes the call, of which the room need not hear yet, or says why it is not made. Rejects where no way leads there. */
  readonly make: () => Promise<Room | EndReason>;
  /** Told of the call when it is in its lesson, before the room is asked to answer. */
  readonly entered: (call: Room) => void;
}

/** How rooms get into lessons, in whatever dialect: those that call, and those that are called. */
export class RoomEntrance<Room extends RoomCall> {
  readonly #options: RoomEntranceOptions<Room>;

  constructor(options: RoomEntranceOptions<Room>) {
    this.#options = options;
  }

  /** From now on what the call does is kept. */
  record(call: Room): void {
    const { recorder } = this.#options.conference;
    const { protocol, direction, target, remoteUri } = call;
    recorder.began(call.id, { protocol, direction, class: target, remote: remoteUri });
    call.once('ended', (reason) => recorder.ended(call.id, reason));
  }

  /** Whether a room that calls gets into its lesson; where it does not, it hears why. To be followed by `enter` in the same turn. */
  admits(call: Room, newcomer: Newcomer): boolean {
    const { conference, strangers, log } = this.#options;
    const refusal = conference.refusal(call.target, newcomer);
    if (refusal === undefined) {
      return true;
    }
    strangers.line(call.remoteAddress, () =>
      log.info({ event: 'call-refused', call: call.id, reason: refusal }, 'a call was refused'),
    );
    conference.refused(call.protocol, refusal);
    conference.recorder.note(call.id, `refused: ${refusal}`);
    call.end(refusal);
    return false;
  }

  /** Brings a room into the lesson of its class and answers its call, or ends it where nobody gets in. */
  enter(call: Room): void {
    const party = this.#party(call);
    if (typeof party !== 'string') {
      this.#join(party, call);
    }
  }

  /**
   * Calls a room into the lesson of a class. Resolves before it answers: to the call, or to why there is none. Rejects where no way
   * leads there, and where `entered` throws: the call is ended then.
   */
  async dial(code: string, newcomer: Newcomer, { make, entered }: RoomDialling<Room>): Promise<Room | EndReason> {
    const refusal = this.#options.conference.refusal(code, newcomer);
    if (refusal !== undefined) {
      return refusal;
    }
    const call = await make();
    if (typeof call === 'string') {
      return call;
    }
    // While the way was found the lesson may have begun with others, ended, or become full.
    const party = this.#party(call);
    if (typeof party === 'string') {
      return party;
    }
    try {
      this.record(call);
      entered(call);
    } catch (error) {
      // Nobody would ask the room to answer: it must not stay in the lesson.
      call.end('internal-error');
      throw error;
    }
    this.#join(party, call);
    return call;
  }

  #party(call: Room): RoomParty | EndReason {
    const { conference } = this.#options;
    const party = conference.enter(call.target, (lesson) => new RoomParty(call, conference, lesson));
    if (typeof party === 'string') {
      call.end(party);
    }
    return party;
  }

  #join(party: RoomParty, call: Room): void {
    const { joined, log } = this.#options;
    party.join().then(
      () => joined(call),
      (error: unknown) => {
        if (!party.ended) {
          log.warn({ event: 'join-failed', call: call.id, err: error }, 'a room did not get into its lesson');
          call.end('internal-error');
        }
      },
    );
  }
}
