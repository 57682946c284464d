import { writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import type { Settle, Transactions } from '../transactions.ts';
import type { AdmittedCall, CallParty } from './admitted-calls.ts';
import type { Registration } from './registry.ts';

/** Signs and writes a message for a room. */
export type WriteFor = (message: RasMessage, registration: Registration) => Buffer;

/** What we ask of rooms. */
export class OwnRequests {
  readonly #transactions: Transactions;
  readonly #gatekeeperIdentifier: string;
  readonly #write: WriteFor;

  constructor(transactions: Transactions, gatekeeperIdentifier: string, write: WriteFor) {
    this.#transactions = transactions;
    this.#gatekeeperIdentifier = gatekeeperIdentifier;
    this.#write = write;
  }

  /** The room is no longer registered (H.225.0 §7.10). */
  unregister(room: Registration, reason: H225<'UnregRequestReason'>['type'], now: number, settle: Settle): void {
    if (reason === 'unknown' || reason === 'securityError') {
      throw new RangeError(`${reason} is no reason of ours`);
    }
    const value = {
      callSignalAddress: room.callSignalAddresses.map(writeSignalAddress),
      endpointAlias: room.aliases,
      endpointIdentifier: room.endpointIdentifier,
      gatekeeperIdentifier: this.#gatekeeperIdentifier,
      reason: { type: reason, value: null },
    };
    this.#begin(room, (requestSeqNum) => ({ type: 'unregistrationRequest', value: { requestSeqNum, ...value } }), {
      now,
      settle,
    });
  }

  /** The call is over (H.225.0 §7.14). */
  disengage(room: Registration, call: AdmittedCall, party: CallParty, now: number, settle: Settle): void {
    const value = {
      endpointIdentifier: room.endpointIdentifier,
      conferenceID: call.conferenceIdentifier,
      callReferenceValue: party.callReference,
      disengageReason: { type: 'forcedDrop', value: null },
      callIdentifier: { guid: call.callIdentifier },
      gatekeeperIdentifier: this.#gatekeeperIdentifier,
      answeredCall: party.isCalled,
    } as const;
    this.#begin(room, (requestSeqNum) => ({ type: 'disengageRequest', value: { requestSeqNum, ...value } }), {
      now,
      settle,
    });
  }

  /** How the call goes on (H.225.0 §7.15). */
  ask(room: Registration, call: AdmittedCall, party: CallParty, now: number, settle: Settle): void {
    const value = {
      callReferenceValue: party.callReference,
      callIdentifier: { guid: call.callIdentifier },
    };
    this.#begin(room, (requestSeqNum) => ({ type: 'infoRequest', value: { requestSeqNum, ...value } }), {
      now,
      settle,
    });
  }

  #begin(
    room: Registration,
    message: (requestSeqNum: number) => RasMessage,
    { now, settle }: { now: number; settle: Settle },
  ): void {
    const write = (requestSeqNum: number) => this.#write(message(requestSeqNum), room);
    this.#transactions.begin(room.rasAddress, write, settle, now);
  }
}
