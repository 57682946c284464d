import { type RasMessage, tokensOf, withTokens, writeRas } from '../message.ts';
import { BASELINE, isHashedWith, readHashedToken, writeHashed } from '../security/hashed-message.ts';
import { CAT, catToken, MD5, passwordHashToken } from '../security/password-hash.ts';
import type { RasUser } from '../security/ras-user.ts';

/** Names of the two sides, as H.235.1 puts them into every message. */
export interface Parties {
  readonly gatekeeperIdentifier: string | undefined;
  /** Undefined until the gatekeeper gave us one. */
  readonly endpointIdentifier: string | undefined;
}

/** Writes our messages with proofs that we know the password: those that the gatekeeper chose, else all that there are. */
export class EndpointCredentials {
  readonly #user: RasUser | undefined;
  readonly #wallClock: () => number;
  readonly #random: (octets: number) => Uint8Array;
  /** The algorithm that the gatekeeper chose. */
  #algorithm: string | undefined;
  #count: number;

  constructor(options: {
    readonly user: RasUser | undefined;
    readonly wallClock: () => number;
    readonly random: (octets: number) => Uint8Array;
  }) {
    this.#user = options.user;
    this.#wallClock = options.wallClock;
    this.#random = options.random;
    this.#count = Buffer.from(options.random(3)).readUIntBE(0, 3);
  }

  /** What a GatekeeperConfirm says; undefined where it says nothing. */
  choose(algorithm: string | undefined): void {
    this.#algorithm = algorithm;
  }

  write(message: RasMessage, { gatekeeperIdentifier, endpointIdentifier }: Parties): Buffer {
    if (this.#user === undefined) {
      return writeRas(message);
    }
    const { name, key } = this.#user;
    this.#count += 1;
    const withPlain = this.#withPasswordTokens(message, this.#user);
    if (this.#algorithm === MD5 || this.#algorithm === CAT) {
      return writeRas(withPlain);
    }
    const sender = {
      timeStamp: this.#wallClock(),
      random: this.#count,
      generalId: gatekeeperIdentifier,
      sendersId: endpointIdentifier ?? name,
    };
    return writeHashed(withPlain, key, sender, this.#random(12));
  }

  /** False for an answer with a hash that is not the gatekeeper's. Refusals and answers without any are let pass. */
  isFromGatekeeper(data: Uint8Array, message: RasMessage): boolean {
    const [hashed] = tokensOf(message)
      .cryptoTokens.map(readHashedToken)
      .filter((token) => token !== undefined);
    return this.#user === undefined || hashed === undefined || isHashedWith(this.#user.key, data, hashed.hash);
  }

  /** The MD5 schemes stand in what registers and what calls. */
  #withPasswordTokens(message: RasMessage, { name, password }: RasUser): RasMessage {
    const isProven = message.type === 'registrationRequest' || message.type === 'admissionRequest';
    const isBaseline = BASELINE.algorithm.some((algorithm) => algorithm === this.#algorithm);
    if (password === undefined || !isProven || isBaseline) {
      return message;
    }
    const timeStamp = this.#wallClock();
    const alias = { type: 'h323-ID', value: name } as const;
    return withTokens(message, {
      ...(this.#algorithm === MD5 ? {} : { tokens: [catToken(name, password, timeStamp, this.#count)] }),
      ...(this.#algorithm === CAT ? {} : { cryptoTokens: [passwordHashToken(alias, { name, password, timeStamp })] }),
    });
  }
}
