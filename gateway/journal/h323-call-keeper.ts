import type { RoomCall } from '#signaling/call/room-call.ts';
import type { Journal } from './journal.ts';

/** Keeps the journal's word of every H.323 call: from when its media were agreed on until its end, and how its room is called again. */
export class H323CallKeeper {
  readonly #journal: Pick<Journal, 'put' | 'drop'>;
  /** How the room of each call is called again, by the call's id. */
  readonly #ways = new Map<string, string | undefined>();

  constructor(journal: Pick<Journal, 'put' | 'drop'>) {
    this.#journal = journal;
  }

  /** A call was taken or made. `uri`: how its room is called; undefined where no way to it is known. */
  watch(call: RoomCall, uri: string | undefined): void {
    this.#ways.set(call.id, uri);
    call.once('ended', () => {
      this.#ways.delete(call.id);
      this.#journal.drop('call', call.id);
    });
  }

  /** Its media have been agreed on: it is a room, not one that looks whether there is somebody. */
  joined({ id, target, remoteUri, remoteAddress }: RoomCall): void {
    if (!this.#ways.has(id)) {
      return;
    }
    const uri = this.#ways.get(id);
    const common = { kind: 'call', id, class: target } as const;
    const remote = { uri: remoteUri, address: remoteAddress };
    this.#journal.put(
      uri === undefined || remoteUri === ''
        ? { ...common, why: 'no-address' }
        : { ...common, redial: { uri, lateOffer: false, remote } },
    );
  }
}
