import type Srf from 'drachtio-srf';
import type { ChallengeReason, DigestVerifier } from '../digest/digest-verifier.ts';
import type { Clock } from '../edge/clock.ts';
import { challengeHeaders } from './challenge-header.ts';

/** Why a caller or a registering room did not prove who it is: a closed set, for metrics. */
export const AUTHENTICATION_FAILURES = ['wrong', 'unreadable', 'blocked'] as const;
/** One of `AUTHENTICATION_FAILURES`. */
export type AuthenticationFailure = (typeof AUTHENTICATION_FAILURES)[number];

/** The failure in a reason to challenge; a first try and an old nonce are none. */
export function failureOf(reason: ChallengeReason): AuthenticationFailure | undefined {
  return reason === 'wrong' || reason === 'unreadable' ? reason : undefined;
}

/** Who proves himself how, and who need not. */
export interface CallerAuthenticationOptions {
  readonly verifier: DigestVerifier;
  /** Whether calls from this address are let in without credentials: those of a registrar where we are registered. */
  readonly trusts: (address: string) => boolean;
  readonly failed: (failure: AuthenticationFailure) => void;
}

/** Lets in calls of configured users only (RFC 3261 §22.2). */
export class CallerAuthentication {
  readonly #options: CallerAuthenticationOptions;

  constructor(options: CallerAuthenticationOptions) {
    this.#options = options;
  }

  /** Whether an INVITE may go on; where not, it has been answered. */
  admits(request: Srf.SrfRequest, response: Srf.SrfResponse, clock: Clock): boolean {
    const { verifier, trusts, failed } = this.#options;
    const address = request.source_address;
    if (trusts(address)) return true;
    const authorization = request.has('Authorization') ? request.get('Authorization') : undefined;
    const verdict = verifier.verify({ method: 'INVITE', authorization, address }, clock.now());
    switch (verdict.outcome) {
      case 'accepted':
        return true;
      case 'blocked':
        failed('blocked');
        response.send(403, { headers: { 'Retry-After': String(verdict.retryAfterSeconds) } });
        return false;
      case 'challenged': {
        const failure = failureOf(verdict.reason);
        if (failure !== undefined) failed(failure);
        response.send(401, { headers: challengeHeaders(verdict.challenges) });
        return false;
      }
    }
  }
}
