/** A call that rooms were let into. */
export interface AdmittedCall {
  readonly callIdentifier: Uint8Array;
  readonly conferenceIdentifier: Uint8Array;
  /** 100 bit/s (H.225.0, BandWidth): the most of its parties. */
  readonly bandwidth: number;
  /** Rooms in it, by their endpointIdentifier. */
  readonly parties: ReadonlyMap<string, CallParty>;
}

/** A room's side of a call. */
export interface CallParty {
  readonly callReference: number;
  /** Whether the room was called. */
  readonly isCalled: boolean;
  readonly bandwidth: number;
  /** ms: when the room last spoke of the call. */
  readonly heardAt: number;
  /** ms: when the room was asked whether the call goes on; undefined while it need not be. */
  readonly askedAt: number | undefined;
  /** The call that the room may make to us; undefined where it has come, or comes not to us. */
  readonly expected: ExpectedCall | undefined;
  /** Where the room's call came from; undefined while none has. */
  readonly place: string | undefined;
}

/** A call that a room was let make, and that goes by us. */
export interface ExpectedCall {
  /** The room that it is for, by its endpointIdentifier; undefined where it is for us. */
  readonly called: string | undefined;
  /** ms: it comes by then. */
  readonly until: number;
}

/** A room that is let into a call. */
export type NewParty = Pick<CallParty, 'callReference' | 'isCalled' | 'bandwidth'> &
  Partial<Pick<CallParty, 'expected'>> & { readonly endpointIdentifier: string };

/** How much calls may take, as BandWidth counts it: both ways together, without headers (H.225.0 §7.11). */
export interface BandwidthLimits {
  /** 100 bit/s for one call. */
  readonly perCall: number;
  /** 100 bit/s for all calls together. */
  readonly total: number;
}

/** Calls at once, and those of one room: gateways and MCUs have some dozens. */
const MOST_CALLS = 5000;
const MOST_OF_ROOM = 60;

/** The calls of registered rooms and the bandwidth that they were granted. */
export class AdmittedCalls {
  readonly #limits: BandwidthLimits;
  readonly #calls = new Map<string, AdmittedCall>();
  #used = 0;

  constructor(limits: BandwidthLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** 100 bit/s that are granted, calls counted once whoever is in them. */
  get bandwidth(): number {
    return this.#used;
  }

  all(): AdmittedCall[] {
    return [...this.#calls.values()];
  }

  get(callIdentifier: Uint8Array): AdmittedCall | undefined {
    return this.#calls.get(keyOf(callIdentifier));
  }

  /**
   * Lets a room into a call.
   * @returns 100 bit/s that it may use, at most what it asked for; undefined where there is nothing left
   */
  admit(
    call: Pick<AdmittedCall, 'callIdentifier' | 'conferenceIdentifier'>,
    party: NewParty,
    now: number,
  ): number | undefined {
    const before = this.get(call.callIdentifier);
    const isIn = before?.parties.has(party.endpointIdentifier) === true;
    if ((before === undefined && this.#calls.size >= MOST_CALLS) || (!isIn && this.#isFull(party.endpointIdentifier))) {
      return undefined;
    }
    const wanted = Math.min(party.bandwidth, this.#limits.perCall);
    const granted = Math.min(wanted, this.#left(before, party.endpointIdentifier));
    // A room that asks for nothing knows no better: it is counted with nothing and let in.
    if (granted <= 0 && party.bandwidth > 0) {
      return undefined;
    }
    const { callReference, isCalled, expected } = party;
    this.#put(call, party.endpointIdentifier, {
      callReference,
      isCalled,
      bandwidth: granted,
      heardAt: now,
      askedAt: undefined,
      expected,
      place: before?.parties.get(party.endpointIdentifier)?.place,
    });
    return granted;
  }

  /**
   * A room wants another bandwidth for its call.
   * @returns whether it has it, and what it may have: 100 bit/s; undefined where it is in no such call
   */
  change(
    callIdentifier: Uint8Array,
    endpointIdentifier: string,
    bandwidth: number,
  ): { readonly isGranted: boolean; readonly allowed: number } | undefined {
    const call = this.get(callIdentifier);
    const party = call?.parties.get(endpointIdentifier);
    if (call === undefined || party === undefined) {
      return undefined;
    }
    const allowed = Math.min(this.#limits.perCall, this.#left(call, endpointIdentifier));
    if (bandwidth > allowed) {
      return { isGranted: false, allowed };
    }
    this.#put(call, endpointIdentifier, { ...party, bandwidth });
    return { isGranted: true, allowed: bandwidth };
  }

  /** A room's call came from an address. */
  arrived(callIdentifier: Uint8Array, endpointIdentifier: string, place: string): void {
    this.#touch(callIdentifier, endpointIdentifier, { expected: undefined, place });
  }

  /** A room spoke of its call. */
  heard(callIdentifier: Uint8Array, endpointIdentifier: string, now: number): void {
    this.#touch(callIdentifier, endpointIdentifier, { heardAt: now, askedAt: undefined });
  }

  /** A room was asked for its call. */
  asked(callIdentifier: Uint8Array, endpointIdentifier: string, now: number): void {
    this.#touch(callIdentifier, endpointIdentifier, { askedAt: now });
  }

  /** A room leaves a call; with the last one the call is over. False where it was in no such call. */
  leave(callIdentifier: Uint8Array, endpointIdentifier: string): boolean {
    const call = this.get(callIdentifier);
    if (call === undefined || !call.parties.has(endpointIdentifier)) {
      return false;
    }
    const parties = new Map(call.parties);
    parties.delete(endpointIdentifier);
    this.#set({ ...call, parties });
    return true;
  }

  /** A room is gone, and with it its calls. */
  leaveAll(endpointIdentifier: string): void {
    for (const { callIdentifier } of this.all()) {
      this.leave(callIdentifier, endpointIdentifier);
    }
  }

  #isFull(endpointIdentifier: string): boolean {
    return this.all().filter(({ parties }) => parties.has(endpointIdentifier)).length >= MOST_OF_ROOM;
  }

  /** 100 bit/s that a party may have at most: those of its call's others are there anyhow. */
  #left(call: AdmittedCall | undefined, endpointIdentifier: string): number {
    const free = this.#limits.total - this.#used + (call?.bandwidth ?? 0);
    const others = [...(call?.parties ?? [])].filter(([identifier]) => identifier !== endpointIdentifier);
    return Math.max(free, ...others.map(([, { bandwidth }]) => bandwidth), 0);
  }

  #touch(callIdentifier: Uint8Array, endpointIdentifier: string, news: Partial<CallParty>): void {
    const call = this.get(callIdentifier);
    const party = call?.parties.get(endpointIdentifier);
    if (call !== undefined && party !== undefined) {
      this.#put(call, endpointIdentifier, { ...party, ...news });
    }
  }

  #put(
    call: Pick<AdmittedCall, 'callIdentifier' | 'conferenceIdentifier'>,
    endpointIdentifier: string,
    party: CallParty,
  ): void {
    const before = this.get(call.callIdentifier);
    const parties = new Map(before?.parties ?? []);
    const isAlone = [...parties.keys()].every((identifier) => identifier === endpointIdentifier);
    parties.set(endpointIdentifier, party);
    // What the others are told of the call is what they know of it.
    const { callIdentifier, conferenceIdentifier } = before === undefined || isAlone ? call : before;
    this.#set({ callIdentifier, conferenceIdentifier, bandwidth: 0, parties });
  }

  #set(call: AdmittedCall): void {
    const key = keyOf(call.callIdentifier);
    const bandwidth = Math.max(0, ...[...call.parties.values()].map((party) => party.bandwidth));
    this.#used += bandwidth - (this.#calls.get(key)?.bandwidth ?? 0);
    if (call.parties.size === 0) {
      this.#used -= bandwidth;
      this.#calls.delete(key);
      return;
    }
    this.#calls.set(key, { ...call, bandwidth });
  }
}

function keyOf(callIdentifier: Uint8Array): string {
  return Buffer.from(callIdentifier).toString('hex');
}
