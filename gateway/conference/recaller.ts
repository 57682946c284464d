import type { EndReason } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import type { DialOptions } from '#signaling/sip/application/sip-application.ts';

/** What became of calling a room again. */
export type RecallOutcome =
  | 'answered'
  /** The room is busy, does not answer, or cannot be reached. */
  | 'failed'
  /** It will never be taken: no such class any more, a full lesson, the service stops. */
  | 'hopeless';

/** Who a room is: its address of record (`user@host`) or alias, and where its packets come from. */
export interface RoomIdentity {
  readonly uri: string;
  readonly address: string;
}

/** A call to a room that was in a lesson before this gateway. */
interface Recall {
  readonly room: RoomIdentity;
  readonly call: RoomCall;
}

/** ms that a room may ring. */
const RINGING = 45_000;
/** ms after its answer in which a room that calls by itself did so because it had lost its call. */
const CROSSING = 10_000;

/** Calls rooms again, and makes way for those that call by themselves meanwhile: no room is in a lesson twice. */
export class Recaller {
  readonly #dial: (options: DialOptions) => Promise<RoomCall | EndReason>;
  readonly #recalls = new Set<Recall>();

  constructor(dial: (options: DialOptions) => Promise<RoomCall | EndReason>) {
    this.#dial = dial;
  }

  /** Calls; resolves when the room is in its lesson, or will not be. */
  async call(options: DialOptions & { readonly remote: RoomIdentity }): Promise<RecallOutcome> {
    // No way leads there.
    const call = await this.#dial(options).catch(() => undefined);
    if (call === undefined) {
      return 'failed';
    }
    if (typeof call === 'string') {
      return 'hopeless';
    }
    const recall = { room: options.remote, call };
    this.#recalls.add(recall);
    return await new Promise<RecallOutcome>((resolve) => {
      const late = setTimeout(() => call.end('no-answer'), RINGING);
      call.once('answered', () => {
        clearTimeout(late);
        setTimeout(() => this.#recalls.delete(recall), CROSSING).unref();
        resolve('answered');
      });
      call.once('ended', (reason) => {
        clearTimeout(late);
        this.#recalls.delete(recall);
        resolve(reason === 'shutdown' || reason === 'replaced' ? 'hopeless' : 'failed');
      });
    });
  }

  /** A room calls by itself: what calls it is given up. */
  callsItself(caller: Pick<RoomCall, 'remoteUri' | 'remoteAddress'>): void {
    for (const { room, call } of this.#recalls) {
      if (room.uri === caller.remoteUri && room.address === caller.remoteAddress) {
        call.end('replaced');
      }
    }
  }
}
