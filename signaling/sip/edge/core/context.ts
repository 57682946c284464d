import type { Clock } from '../clock.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { DialogTable } from '../dialog/dialog-table.ts';
import type { SipGuard } from '../guard/sip-guard.ts';
import type { Log } from '../log.ts';
import type { Identifiers } from '../message/identifiers.ts';
import type { TransactionTable } from '../transaction/transaction-table.ts';
import type { Transports } from '../transport/transports.ts';
import type { ApplicationSession, Applications } from './application.ts';
import type { CallRecords } from './call-records.ts';
import type { Counters } from './figures.ts';
import type { HostResolver } from './resolver.ts';

/** Bounds on what strangers can make the edge hold. */
export interface CoreLimits {
  /** Server transactions of all kinds, about 1.5 kB each once answered; those of UDP last 32 s longer. */
  readonly serverTransactions: number;
  /** Requests of all kinds received and not finally answered: these are kept whole. */
  readonly unansweredRequests: number;
  /** Invitations received and not finally answered. */
  readonly pendingInvites: number;
  readonly dialogs: number;
  /** Early dialogs of one of our invitations: branches of a fork. */
  readonly forks: number;
  /** Milliseconds after which an invitation that the application leaves unanswered is refused. */
  readonly unansweredInvite: number;
}

/** Limits of an edge that is told none. */
export const DEFAULT_CORE_LIMITS: CoreLimits = {
  serverTransactions: 80_000,
  unansweredRequests: 4_000,
  pendingInvites: 1_000,
  dialogs: 10_000,
  forks: 16,
  unansweredInvite: 300_000,
};

/** What both sides of the user agent core work with. */
export interface CoreContext {
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly transports: Transports;
  readonly transactions: TransactionTable;
  readonly dialogs: DialogTable;
  readonly applications: Applications;
  /** Which application a dialog belongs to. */
  readonly owners: WeakMap<Dialog, ApplicationSession>;
  readonly counters: Counters;
  /** Keeps scanners off; undefined: nobody is kept off. */
  readonly guard: SipGuard | undefined;
  readonly records: CallRecords;
  readonly log: Log;
  readonly limits: CoreLimits;
  readonly resolver: HostResolver;
  /** Send messages of more bytes than this by TCP although UDP was meant (RFC 3261 §18.1.1); undefined: never. */
  readonly tcpAbove: number | undefined;
}
