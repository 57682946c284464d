import type { Applications } from './application.ts';

/** Who sent the message that a record tells of. */
export type RecordSource = 'network' | 'application';

/** What the edge was in the call. */
export type RecordRole = 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas';

/** Why a call, or the attempt at one, ended. */
export type ReleaseReason =
  | 'normal-release'
  | 'call-rejected'
  | 'call-canceled'
  | 'system-initiated-termination'
  | 'system-error-initiated-termination';

/**
 * Call detail records for the applications that routed `cdr:attempt`, `cdr:start` or `cdr:stop`; each goes to one of them in
 * turn. Messages are given as functions: mostly nobody wants to know.
 */
export class CallRecords {
  readonly #applications: Applications;
  readonly #now: () => number;

  constructor(applications: Applications, now: () => number) {
    this.#applications = applications;
    this.#now = now;
  }

  /** An INVITE outside dialogs came or went. */
  attempt(source: RecordSource, invite: () => Buffer): void {
    this.#tell('cdr:attempt', source, [], invite);
  }

  /** An INVITE was answered by this 2xx. */
  start(source: RecordSource, role: RecordRole, response: () => Buffer): void {
    this.#tell('cdr:start', source, [role], response);
  }

  /** @param message the BYE, the refusal, or the INVITE that was cancelled */
  stop(source: RecordSource, reason: ReleaseReason, message: () => Buffer): void {
    this.#tell('cdr:stop', source, [reason], message);
  }

  #tell(kind: string, source: RecordSource, more: readonly string[], message: () => Buffer): void {
    this.#applications.select(kind)?.record({ kind, source, time: this.#now(), more, bytes: message() });
  }
}
