import type { DigestVerifier, Verdict } from '../digest/digest-verifier.ts';
import { type Arrival, type Binding, LocationTable } from './location-table.ts';
import { type RegisterFields, type RegisterRequest, readRegister } from './register-request.ts';
import { type RegisteredContact, registeredContact, secondsLeft } from './registered-contact.ts';

/** Who may register, and for how long. */
export interface RegistrarOptions {
  readonly verifier: DigestVerifier;
  /** Seconds. A shorter lifetime is refused (RFC 3261 §21.4.17). */
  readonly minimumExpires: number;
  /** Seconds. A longer lifetime is cut to this. */
  readonly maximumExpires: number;
  /** Told of the contacts of a user, the latest last, whenever a REGISTER changed them. */
  readonly changed?: (user: string, bindings: readonly Binding[]) => void;
}

/** What became of a REGISTER: a closed set, for metrics. */
export const REGISTER_RESULTS = [
  /** A contact was added or refreshed. */
  'registered',
  /** Contacts were removed and none added. */
  'removed',
  /** Only the list was asked for. */
  'queried',
  /** No credentials, or stale ones: the usual first try. */
  'challenged',
  /** A wrong password or user, or credentials that cannot be read. */
  'wrong-credentials',
  /** Too many wrong ones. */
  'blocked',
  /** For another user. */
  'forbidden',
  /** Lifetime below the minimum. */
  'too-brief',
  /** Older than one carried out before. */
  'out-of-order',
  'bad-request',
] as const;
/** One of `REGISTER_RESULTS`. */
export type RegisterResult = (typeof REGISTER_RESULTS)[number];

/** A received REGISTER. */
export interface ReceivedRegister {
  readonly fields: RegisterFields;
  /** Value of Authorization. */
  readonly authorization: string | undefined;
  readonly arrival: Arrival;
}

/** What a REGISTER is answered. */
export interface RegisterAnswer {
  readonly status: number;
  /** Header fields beside the usual ones. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of WWW-Authenticate, a header field each. */
  readonly challenges: readonly string[];
  readonly result: RegisterResult;
  readonly verdict: Verdict;
}

/** The registrar (RFC 3261 §10.3): rooms tell under which address they are to be called. Every request must prove its user. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #table = new LocationTable();

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Carries out a REGISTER at time `now` (ms, from a clock that does not jump). */
  register(received: ReceivedRegister, now: number): RegisterAnswer {
    const { authorization, arrival } = received;
    const verdict = this.#options.verifier.verify({ method: 'REGISTER', authorization, address: arrival.address }, now);
    const answer = (status: number, result: RegisterResult, headers: Record<string, string> = {}): RegisterAnswer => ({
      status,
      headers,
      challenges: verdict.outcome === 'challenged' ? verdict.challenges : [],
      result,
      verdict,
    });
    if (verdict.outcome === 'blocked')
      return answer(403, 'blocked', { 'Retry-After': String(verdict.retryAfterSeconds) });
    if (verdict.outcome === 'challenged') {
      const usual = verdict.reason === 'missing' || verdict.reason === 'stale';
      return answer(401, usual ? 'challenged' : 'wrong-credentials');
    }
    const read = readRegister(received.fields);
    if ('fault' in read) return answer(400, 'bad-request');
    if (read.user !== verdict.user) return answer(403, 'forbidden');
    const minimum = this.#options.minimumExpires;
    if (read.contacts !== 'all' && read.contacts.some(({ expires }) => expires > 0 && expires < minimum)) {
      return answer(423, 'too-brief', { 'Min-Expires': String(minimum) });
    }
    const request = this.#withinMaximum(read);
    if (!this.#table.update(request, arrival, now)) return answer(400, 'out-of-order');
    if (request.contacts === 'all' || request.contacts.length > 0) {
      this.#options.changed?.(request.user, this.#table.bindings(request.user, now).reverse());
    }
    return answer(200, resultOf(request), {
      ...this.#lists(request, now),
      ...(verdict.authenticationInfo === undefined ? {} : { 'Authentication-Info': verdict.authenticationInfo }),
    });
  }

  /** How to call a user; empty where he has not registered. The contact to try first stands first. */
  lookup(user: string, now: number): RegisteredContact[] {
    return this.#table.bindings(user, now).map((binding) => registeredContact(binding, now));
  }

  /** Puts back the contacts of a user that an earlier process knew. */
  restore(user: string, bindings: readonly Binding[], now: number): void {
    this.#table.restore(user, bindings, now);
  }

  /** Contacts that hold. */
  active(now: number): number {
    return this.#table.size(now);
  }

  #withinMaximum(request: RegisterRequest): RegisterRequest {
    if (request.contacts === 'all') return request;
    const { maximumExpires } = this.#options;
    const contacts = request.contacts.map((contact) => ({
      ...contact,
      expires: Math.min(contact.expires, maximumExpires),
    }));
    return { ...request, contacts };
  }

  /** The contacts that hold (RFC 3261 §10.3, item 8), and the one lifetime that old rooms look for in Expires. */
  #lists(request: RegisterRequest, now: number): Record<string, string> {
    const bindings = this.#table.bindings(request.user, now);
    const own = request.contacts === 'all' ? [] : request.contacts;
    return {
      ...(bindings.length === 0 ? {} : { Contact: bindings.map((binding) => contactValue(binding, now)).join(', ') }),
      ...(own[0] === undefined ? {} : { Expires: String(own[0].expires) }),
      // RFC 5626 §6: tells the client that its flow is used.
      ...(own.some(({ flow }) => flow !== undefined) ? { Require: 'outbound' } : {}),
    };
  }
}

function resultOf({ contacts }: RegisterRequest): RegisterResult {
  if (contacts === 'all') return 'removed';
  if (contacts.length === 0) return 'queried';
  return contacts.some(({ expires }) => expires > 0) ? 'registered' : 'removed';
}

function contactValue(binding: Binding, now: number): string {
  const { uri, q, instance, flow } = binding;
  return [
    `<${uri}>;expires=${secondsLeft(binding, now)}`,
    ...(q === 1 ? [] : [`q=${q}`]),
    ...(instance === undefined ? [] : [`+sip.instance="${instance}"`]),
    ...(flow === undefined ? [] : [`reg-id=${flow}`]),
  ].join(';');
}
