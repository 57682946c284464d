import type Srf from 'drachtio-srf';
import type { Clock } from '../edge/clock.ts';
import type { RegisterResult, Registrar } from '../registrar/registrar.ts';
import { type AuthenticationFailure, failureOf } from './caller-authentication.ts';
import { challengeHeaders } from './challenge-header.ts';

/** The registrar that is asked, and who is told what came of a REGISTER. */
export interface RegistrationServiceOptions {
  readonly registrar: Registrar;
  readonly answered: (result: RegisterResult) => void;
  readonly failed: (failure: AuthenticationFailure) => void;
}

/** Answers REGISTER requests by what a registrar says. */
export class RegistrationService {
  readonly #options: RegistrationServiceOptions;

  constructor(options: RegistrationServiceOptions) {
    this.#options = options;
  }

  answer(request: Srf.SrfRequest, response: Srf.SrfResponse, clock: Clock): void {
    const { registrar, answered, failed } = this.#options;
    const field = (name: string) => (request.has(name) ? request.get(name) : undefined);
    const { status, headers, challenges, result, verdict } = registrar.register(
      {
        fields: {
          to: field('To'),
          callId: field('Call-ID'),
          cseq: field('CSeq'),
          contact: field('Contact'),
          expires: field('Expires'),
          supported: field('Supported'),
        },
        authorization: field('Authorization'),
        arrival: { protocol: request.protocol, address: request.source_address, port: Number(request.source_port) },
      },
      clock.now(),
    );
    const failure =
      verdict.outcome === 'blocked'
        ? 'blocked'
        : verdict.outcome === 'challenged'
          ? failureOf(verdict.reason)
          : undefined;
    if (failure !== undefined) failed(failure);
    answered(result);
    response.send(status, { headers: { ...headers, ...challengeHeaders(challenges) } });
  }
}
