import { FailureLimit } from '../../../sip/digest/failure-limit.ts';
import { textOfAlias } from '../../call/dialled.ts';
import type { H225 } from '../../h225/types.ts';
import { aliasKey } from '../alias-key.ts';
import { isHashedWith, readHashedToken } from './hashed-message.ts';
import { CAT, isCatOf, isPasswordHash, MD5 } from './password-hash.ts';
import type { RasUser } from './ras-user.ts';

/** How a room proves who it is: by H.235.1, by cryptoEPPwdHash, by a CAT. */
export type Scheme = 'hmac' | 'md5' | 'cat';

/** A request and its tokens. */
export interface ProofRequest {
  /** The datagram as it came. */
  readonly data: Uint8Array;
  readonly tokens: readonly H225<'ClearToken'>[];
  readonly cryptoTokens: readonly H225<'CryptoH323Token'>[];
  /** Where it came from. */
  readonly address: string;
  /** The user of the registration that the request is about. */
  readonly registeredUser: string | undefined;
  /** The endpointIdentifier of that registration. */
  readonly endpointIdentifier: string | undefined;
  /** Our gatekeeperIdentifier. */
  readonly gatekeeperIdentifier: string;
  /** Seconds since 1970. */
  readonly wallClock: number;
}

/** What tokens are worth. `absent`: none of a kind that we know. */
export type Proof =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'proven'; readonly user: RasUser; readonly scheme: Scheme }
  | {
      readonly outcome: 'refused';
      readonly why: 'unknown-user' | 'wrong-hash' | 'clock' | 'replay' | 'blocked' | 'not-for-us';
    };

/** Seconds that clocks may differ: rooms keep bad time. */
const CLOCK_SKEW = 600;
/** Tokens that were taken and may not come again; only who has a password fills the table. */
const MOST_TOKENS = 20_000;

interface Claim {
  readonly scheme: Scheme;
  readonly name: string | undefined;
  readonly timeStamp: number;
  readonly random: number;
  readonly hash: Uint8Array;
  readonly isFor: string | undefined;
  readonly isMadeBy: (user: RasUser) => boolean;
}

/** Checks the tokens of requests (H.235.0 §8, H.235.1). Users without known password can use H.235.1 alone. */
export class Authenticator {
  readonly #users: ReadonlyMap<string, RasUser>;
  readonly #failures: FailureLimit;
  /** Tokens by what makes them one, with where they came from. */
  readonly #taken = new Map<string, { readonly address: string; readonly timeStamp: number }>();

  constructor(users: readonly RasUser[], failures: FailureLimit = new FailureLimit()) {
    this.#users = new Map(users.map((user) => [aliasKey(user.name), user]));
    this.#failures = failures;
  }

  /** Whether there is anybody who could prove anything. */
  get hasUsers(): boolean {
    return this.#users.size > 0;
  }

  /** Whether a password of this user exists, so that nobody else may take his name. */
  knows(name: string): boolean {
    return this.#users.has(aliasKey(name));
  }

  user(name: string): RasUser | undefined {
    return this.#users.get(aliasKey(name));
  }

  /** Checks a request at `now` (ms). Tokens of schemes that we do not know are passed over: some rooms send them with others. */
  verify(request: ProofRequest, now: number): Proof {
    let proof: Proof = { outcome: 'absent' };
    for (const claim of claimsOf(request)) {
      const found = this.#check(claim, request, now);
      if (found.outcome === 'proven') {
        return found;
      }
      proof = proof.outcome === 'absent' ? found : proof;
    }
    return proof;
  }

  #check(claim: Claim, request: ProofRequest, now: number): Proof {
    const { address, wallClock, gatekeeperIdentifier } = request;
    const isRegistrations = claim.name === undefined || claim.name === request.endpointIdentifier;
    const name = isRegistrations ? request.registeredUser : claim.name;
    const user = name === undefined ? undefined : this.user(name);
    if (user === undefined) {
      return { outcome: 'refused', why: 'unknown-user' };
    }
    if (this.#failures.remaining(aliasKey(user.name), address, now) > 0) {
      return { outcome: 'refused', why: 'blocked' };
    }
    if (!claim.isMadeBy(user)) {
      this.#failures.failed(aliasKey(user.name), address, now);
      return { outcome: 'refused', why: 'wrong-hash' };
    }
    if (claim.isFor !== undefined && aliasKey(claim.isFor) !== aliasKey(gatekeeperIdentifier)) {
      return { outcome: 'refused', why: 'not-for-us' };
    }
    if (Math.abs(claim.timeStamp - wallClock) > CLOCK_SKEW) {
      return { outcome: 'refused', why: 'clock' };
    }
    if (!this.#take(claim, user, request)) {
      return { outcome: 'refused', why: 'replay' };
    }
    this.#failures.succeeded(aliasKey(user.name), address);
    return { outcome: 'proven', user, scheme: claim.scheme };
  }

  /** False where the token was there before. MD5's is the same for a whole second: from one address it may come again. */
  #take({ scheme, timeStamp, random, hash }: Claim, user: RasUser, { address, wallClock }: ProofRequest): boolean {
    const key = `${scheme} ${user.name} ${timeStamp} ${random} ${Buffer.from(hash).toString('hex')}`;
    const before = this.#taken.get(key);
    if (before !== undefined) {
      return scheme === 'md5' && before.address === address && timeStamp >= wallClock - CLOCK_SKEW;
    }
    for (const [oldest, taken] of this.#taken) {
      if (this.#taken.size < MOST_TOKENS && taken.timeStamp > wallClock - CLOCK_SKEW) {
        break;
      }
      this.#taken.delete(oldest);
    }
    this.#taken.set(key, { address, timeStamp });
    return true;
  }
}

/** What the tokens of a request claim, one for each that is understood. */
function claimsOf({ data, tokens, cryptoTokens }: ProofRequest): Claim[] {
  const hashed = cryptoTokens.flatMap((token): Claim[] => {
    const read = readHashedToken(token);
    if (read !== undefined) {
      const { hash, timeStamp, random, generalId, sendersId } = read;
      const isMadeBy = ({ key }: RasUser) => isHashedWith(key, data, hash);
      return [{ scheme: 'hmac', name: sendersId, timeStamp, random, hash, isFor: generalId, isMadeBy }];
    }
    if (token.type === 'cryptoEPPwdHash' && token.value.token.algorithmOID === MD5) {
      const { alias, timeStamp, token: inner } = token.value;
      const name = (textOfAlias(alias) ?? '').replace(/\0+$/, '');
      const hash = inner.hash.data;
      const isMadeBy = ({ password }: RasUser) =>
        password !== undefined && isPasswordHash(hash, { name, password, timeStamp });
      return [{ scheme: 'md5', name, timeStamp, random: 0, hash, isFor: undefined, isMadeBy }];
    }
    return [];
  });
  const cats = tokens.flatMap((token): Claim[] => {
    const { tokenOID, timeStamp, random, challenge, generalID } = token;
    if (tokenOID !== CAT || timeStamp === undefined || random === undefined || challenge === undefined) {
      return [];
    }
    const isMadeBy = ({ password }: RasUser) => password !== undefined && isCatOf(token, password);
    const name = generalID?.replace(/\0+$/, '');
    return [{ scheme: 'cat', name, timeStamp, random, hash: challenge, isFor: undefined, isMadeBy }];
  });
  return [...hashed, ...cats];
}
