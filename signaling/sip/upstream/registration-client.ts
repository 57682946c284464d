import { splitList } from '../edge/message/list.ts';
import { readNameAddr } from '../edge/message/name-addr.ts';
import { readSipUri } from '../edge/message/uri.ts';
import { DigestClient } from './digest-client.ts';

/** Where one class code is registered, and as whom. */
export interface RegistrationClientOptions {
  /** SIP URI of the registrar, without user. */
  readonly registrar: string;
  readonly user: string;
  readonly password: string;
  /** User part of the address of record, and of the contact under which calls then come in. */
  readonly alias: string;
  /** A new random text of characters that tokens may hold. */
  readonly token: () => string;
}

/** A REGISTER to send; the SIP server adds the rest and writes its own address for `localhost`. */
export interface OutgoingRegister {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A final answer to a REGISTER. */
export interface ReceivedAnswer {
  readonly status: number;
  /** Value of a header field; several of one name joined by commas. */
  readonly header: (name: string) => string | undefined;
  /** Contact of the request as it was sent. */
  readonly sentContact: string | undefined;
}

/** What follows from an answer. */
export type AfterAnswer =
  | { readonly next: 'send'; readonly request: OutgoingRegister }
  /** Registered for so many seconds; 0 after our own wish to be removed. */
  | { readonly next: 'rest'; readonly expires: number }
  | { readonly next: 'retry'; readonly status: number; readonly retryAfter: number | undefined };

/** Seconds that are asked for. */
const WISHED_EXPIRES = 3600;
/** Requests for one wish: the first, one with credentials, one after a stale nonce, one with a longer lifetime. */
const MOST_TRIES = 4;
/** Seconds that a registrar may ask for by Min-Expires. */
const LONGEST_EXPIRES = 86_400;

/** The client of one registration (RFC 3261 §10.2): says what to send and what an answer means; keeps no time and no socket. */
export class RegistrationClient {
  readonly #options: RegistrationClientOptions;
  readonly #digest: DigestClient;
  readonly #callId: string;
  readonly #tag: string;
  #sequence = 0;
  #tries = 0;
  #wish = WISHED_EXPIRES;
  #lifetime = WISHED_EXPIRES;

  constructor(options: RegistrationClientOptions) {
    this.#options = options;
    this.#digest = new DigestClient({ ...options, clientNonce: options.token });
    // One Call-ID and one From tag for all REGISTERs to one registrar (RFC 3261 §10.2.4).
    this.#callId = options.token();
    this.#tag = options.token();
  }

  /** The REGISTER that adds or refreshes the contact. */
  register(): OutgoingRegister {
    return this.#begin(this.#lifetime);
  }

  /** The REGISTER that takes it away (RFC 3261 §10.2.2). */
  unregister(): OutgoingRegister {
    return this.#begin(0);
  }

  /** What follows from the answer to the last request. */
  answered(answer: ReceivedAnswer): AfterAnswer {
    const { status, header } = answer;
    if (status >= 200 && status < 300) {
      this.#digest.accepted(header('Authentication-Info'));
      return { next: 'rest', expires: this.#wish === 0 ? 0 : this.#granted(answer) };
    }
    if (this.#tries < MOST_TRIES && this.#canTryAgain(answer)) return { next: 'send', request: this.#compose() };
    const asked = /^\s*(\d{1,9})/.exec(header('Retry-After') ?? '')?.[1];
    return { next: 'retry', status, retryAfter: asked === undefined ? undefined : Number(asked) };
  }

  #canTryAgain({ status, header }: ReceivedAnswer): boolean {
    if (status === 401) return this.#digest.challenged('Authorization', header('WWW-Authenticate'));
    if (status === 407) return this.#digest.challenged('Proxy-Authorization', header('Proxy-Authenticate'));
    if (status !== 423 || this.#wish === 0) return false;
    const minimum = Number(/^\s*(\d{1,9})\s*$/.exec(header('Min-Expires') ?? '')?.[1] ?? Number.NaN);
    if (!(minimum > this.#wish && minimum <= LONGEST_EXPIRES)) return false;
    this.#lifetime = minimum;
    this.#wish = minimum;
    return true;
  }

  #begin(wish: number): OutgoingRegister {
    this.#wish = wish;
    this.#tries = 0;
    return this.#compose();
  }

  #compose(): OutgoingRegister {
    const { registrar } = this.#options;
    const alias = encodeURIComponent(this.#options.alias);
    this.#tries += 1;
    this.#sequence += 1;
    const host = registrar.replace(/^sips?:/i, '').replace(/[;?].*$/, '');
    const addressOfRecord = `<sip:${alias}@${host}>`;
    return {
      uri: registrar,
      headers: {
        From: `${addressOfRecord};tag=${this.#tag}`,
        To: addressOfRecord,
        'Call-ID': this.#callId,
        CSeq: `${this.#sequence} REGISTER`,
        Contact: `<sip:${alias}@localhost>;expires=${this.#wish}`,
        Expires: String(this.#wish),
        ...this.#digest.credentials('REGISTER', registrar),
      },
    };
  }

  /** The lifetime of our contact among those listed, else of the whole answer (RFC 3261 §10.2.4). */
  #granted({ header, sentContact }: ReceivedAnswer): number {
    const own = contactOf(sentContact ?? '');
    const listed = splitList(header('Contact') ?? '').find(
      (element) => own !== undefined && contactOf(element) === own,
    );
    const seconds = readNameAddr(listed ?? '')?.parameters.get('expires') ?? header('Expires')?.trim() ?? '';
    return /^\d{1,9}$/.test(seconds) ? Number(seconds) : this.#wish;
  }
}

/** User, host and port of a contact: registrars give URIs back with other parameters. */
function contactOf(value: string): string | undefined {
  const uri = readSipUri(readNameAddr(value)?.uri ?? '');
  return uri === undefined ? undefined : `${uri.user}@${uri.host.toLowerCase()}:${uri.port ?? 5060}`;
}
