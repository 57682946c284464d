import type { CallToAdmit } from '../admission.ts';

/** A call that the gatekeeper let in and that is not over. */
export interface KeptCall {
  /** The one that was let in first. */
  readonly call: CallToAdmit;
  /** ms between reports; undefined where none are wanted. */
  readonly reportEvery: number | undefined;
  /** ms: when the next report is due. */
  reportAt: number;
}

/** One call and, where its room lost its connection, the calls that it went on with: of one address, by one identifier. */
interface HeldCall extends KeptCall {
  readonly holders: Set<CallToAdmit>;
}

/**
 * The calls that a gatekeeper above us let in. It knows a call by its identifier alone, strangers may call by that of another one, and
 * are let in as well: the call that was first is the one that it knows, until that is over.
 */
export class KeptCalls {
  /** By callIdentifier, in the order of being let in; each of another address. */
  readonly #calls = new Map<string, HeldCall[]>();

  /** Calls of different identifiers. */
  get size(): number {
    return this.#calls.size;
  }

  /** The calls as the gatekeeper knows them. */
  all(): KeptCall[] {
    return [...this.#calls.values()].flatMap(([first]) => first ?? []);
  }

  /** The call that the gatekeeper knows by an identifier. */
  get(callIdentifier: Uint8Array): CallToAdmit | undefined {
    return this.#calls.get(keyOf(callIdentifier))?.[0]?.call;
  }

  /** A call was let in. @param reportEvery ms between reports; undefined where none are wanted. @param now ms */
  keep(call: CallToAdmit, reportEvery: number | undefined, now: number): void {
    const key = keyOf(call.callIdentifier);
    const same = this.#calls.get(key) ?? [];
    const own = same.find((held) => held.call.remoteAddress === call.remoteAddress);
    if (own === undefined) {
      same.push({ call, reportEvery, reportAt: now + (reportEvery ?? 0), holders: new Set([call]) });
    } else {
      own.holders.add(call);
    }
    this.#calls.set(key, same);
  }

  /** A call is over. Whether with it ended what the gatekeeper knows by its identifier. */
  release(call: CallToAdmit): boolean {
    const key = keyOf(call.callIdentifier);
    const same = this.#calls.get(key) ?? [];
    const place = same.findIndex(({ holders }) => holders.has(call));
    const own = same[place];
    own?.holders.delete(call);
    if (own === undefined || own.holders.size > 0) {
      return false;
    }
    same.splice(place, 1);
    if (same.length === 0) {
      this.#calls.delete(key);
    }
    return place === 0;
  }

  /** The gatekeeper ended all by an identifier. @returns the call that it knew; undefined where there was none */
  forget(callIdentifier: Uint8Array): CallToAdmit | undefined {
    const call = this.get(callIdentifier);
    this.#calls.delete(keyOf(callIdentifier));
    return call;
  }
}

function keyOf(callIdentifier: Uint8Array): string {
  return Buffer.from(callIdentifier).toString('hex');
}
