import type { Timer } from '../clock.ts';
import type { AcknowledgedRepetition } from '../dialog/acknowledged-repetition.ts';
import type { Dialog, PendingServerInvite } from '../dialog/dialog.ts';
import type { SipRequest } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/transaction-table.ts';
import type { Flow } from '../transport/transport.ts';
import type { ApplicationSession } from './application.ts';

/** A reliable provisional answer that waits for its PRACK (RFC 3262 §3). */
export interface ReliableProvisional {
  readonly sequence: number;
  readonly repetition: AcknowledgedRepetition;
}

/** One request received, from its arrival until its transaction is over. */
export interface ServerCall {
  /** The transaction's name in the control protocol. */
  readonly id: string;
  /** Once it is answered for good, no more than the method is kept: see `outline`. */
  request: SipRequest;
  readonly transaction: ServerTransaction;
  /** The way the request came. */
  readonly flow: Flow;
  /** The tag of our answers; that of the request's To where it has one. */
  readonly localTag: string;
  /** Whether the request came with a To tag. */
  readonly inDialog: boolean;
  session: ApplicationSession | undefined;
  dialog: Dialog | undefined;
  /** A final answer was given. */
  answered: boolean;
  /** It is being proxied. */
  proxied: { cancel(): void } | undefined;
  /** How the dialog knows this INVITE while it is under way. */
  held: PendingServerInvite | undefined;
  reliable: ReliableProvisional | undefined;
  lastReliableSequence: number;
  /** Refuses an invitation that the application forgets. */
  patience: Timer | undefined;
  /** To be called with the final answer. */
  readonly settled: () => void;
}

/** What is kept of a request that is answered while its transaction absorbs repetitions: the method, and no text. */
export function outline({ method }: SipRequest): SipRequest {
  return { kind: 'request', method, uri: '', version: '2.0', headers: [], body: EMPTY };
}

const EMPTY = Buffer.alloc(0);
