import type { DialogRecord, DialogWitness } from '#signaling/sip/application/dialog-record.ts';
import { hopTo } from '#signaling/sip/application/dialog-record.ts';
import type { SipCall } from '#signaling/sip/application/sip-call.ts';
import type { Journal } from './journal.ts';
import type { CallRecord, Redial } from './record.ts';

/** How a call was made by us. */
export interface Dialled {
  readonly uri: string;
  readonly proxy?: string;
  readonly lateOffer?: boolean;
  readonly credentials?: object;
}

interface KeptCall {
  readonly call: SipCall;
  readonly dialled: Dialled | undefined;
  dialog: DialogRecord | undefined;
}

/** Keeps the journal's word of every SIP call: its dialog from before its answer until its end, and how its room is called again. */
export class CallKeeper implements DialogWitness {
  readonly #journal: Journal;
  readonly #isTwoWay: (id: string) => boolean;
  readonly #calls = new Map<string, KeptCall>();

  /** @param isTwoWay whether a call's party sends as well as receives: who does not is no room */
  constructor(journal: Journal, isTwoWay: (id: string) => boolean) {
    this.#journal = journal;
    this.#isTwoWay = isTwoWay;
  }

  /** A call was taken or made; from now on it is kept. */
  watch(call: SipCall, dialled?: Dialled): void {
    this.#calls.set(call.id, { call, dialled, dialog: undefined });
    call.once('ended', () => {
      this.#calls.delete(call.id);
      this.#journal.drop('call', call.id);
    });
  }

  dialog(id: string, dialog: DialogRecord): void {
    const kept = this.#calls.get(id);
    if (kept !== undefined) {
      kept.dialog = dialog;
      this.#write(id);
    }
  }

  /** Its media have been agreed on: with an offer of ours, what the room sends is known with its answer only. */
  joined(call: SipCall): void {
    this.#write(call.id);
  }

  #write(id: string): void {
    const { call, dialled, dialog } = this.#calls.get(id) ?? {};
    if (call !== undefined && dialog !== undefined) {
      const common = { kind: 'call', id, class: call.target, dialog } as const;
      this.#journal.put({ ...common, ...again(call, dialog, dialled, this.#isTwoWay(id)) });
    }
  }
}

function again(
  call: SipCall,
  dialog: DialogRecord,
  dialled: Dialled | undefined,
  isTwoWay: boolean,
): Pick<CallRecord, 'redial' | 'why'> {
  if (dialled?.credentials !== undefined) {
    return { why: 'password' };
  }
  if (isAnonymous(call.remoteUri)) {
    return { why: 'anonymous' };
  }
  if (!isTwoWay) {
    return { why: 'one-way' };
  }
  return { redial: { ...wayTo(dialog, dialled), remote: { uri: call.remoteUri, address: call.remoteAddress } } };
}

/** Who called us is called at his Contact, or, through proxies, by his address of record. */
function wayTo(dialog: DialogRecord, dialled: Dialled | undefined): Omit<Redial, 'remote'> {
  if (dialled !== undefined) {
    const proxy = dialled.proxy === undefined ? {} : { proxy: dialled.proxy };
    return { uri: dialled.uri, lateOffer: dialled.lateOffer ?? false, ...proxy };
  }
  const hop = hopTo(dialog);
  return {
    uri: dialog.routeSet.length > 0 ? dialog.remoteUri : dialog.remoteTarget,
    lateOffer: false,
    ...(hop === undefined ? {} : { proxy: hop }),
  };
}

/** Callers who withhold who they are (RFC 3323 §4.1.1.3), or have no name. */
function isAnonymous(addressOfRecord: string): boolean {
  return /^(?:anonymous)?@|@anonymous\.invalid$/i.test(addressOfRecord);
}
