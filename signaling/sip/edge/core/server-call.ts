import type { Timer } from '../clock.ts';
import type { AcknowledgedRepetition } from '../dialog/acknowledged-repetition.ts';
import type { Dialog, PendingServerInvite } from '../dialog/dialog.ts';
import { detached } from '../message/detached.ts';
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
  /** Once it is answered for good, no more than the method is kept: see `release`. */
  request: SipRequest;
  readonly transaction: ServerTransaction;
  /** The way the request came. */
  readonly flow: Flow;
  /** The tag of our answers; that of the request's To where it has one. */
  localTag: string;
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

/**
 * Lets go of all that only an unanswered request needs. Its transaction goes on absorbing repetitions for half a minute, and
 * there are thousands of such: what stays is small, and holds no part of the request's text.
 */
export function release(call: ServerCall): void {
  const { method } = call.request;
  call.request = { kind: 'request', method, uri: '', version: '2.0', headers: [], body: EMPTY };
  // A CANCEL that comes too late is answered with the tag of the INVITE's answer (RFC 3261 §9.2).
  call.localTag = method === 'INVITE' ? detached(call.dialog?.facts.localTag ?? call.localTag) : '';
  call.dialog = undefined;
  call.session = undefined;
  call.proxied = undefined;
  call.held = undefined;
}

const EMPTY = Buffer.alloc(0);
