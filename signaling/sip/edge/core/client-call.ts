import type { Timer } from '../clock.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { SipRequest } from '../message/message.ts';
import type { ClientTransaction } from '../transaction/transaction-table.ts';
import type { Flow } from '../transport/transport.ts';
import type { ApplicationSession } from './application.ts';
import type { Destination } from './locate.ts';

/** How far the cancelling of an INVITE of ours has come. */
export type CancelState = 'none' | 'awaits-provisional' | 'sent';

/** One request sent, until its transaction is over. */
export interface ClientCall {
  /** The transaction's name in the control protocol. */
  readonly id: string;
  /** As it was sent last: to the address tried last. */
  request: SipRequest;
  transaction: ClientTransaction | undefined;
  flow: Flow;
  /** Where it is sent next when that fails (RFC 3263 §4.3). */
  alternatives: readonly Destination[];
  /** Whom the answers go to; undefined for requests that the edge makes by itself. */
  readonly session: ApplicationSession | undefined;
  /** The dialog the request was sent in; undefined for one outside. */
  readonly dialog: Dialog | undefined;
  /** The way the latest answer came. */
  arrival: Flow;
  /** The early dialogs that answers made, by To tag. */
  readonly forks: Map<string, Dialog>;
  /** The dialog of the first 2xx. */
  winner: Dialog | undefined;
  answered: boolean;
  /** Somebody there has the request: no other address is tried any more. */
  reached: boolean;
  cancel: CancelState;
  /** The CANCEL that waits for a provisional answer, or has gone out. */
  cancelRequest: SipRequest | undefined;
  /** Ends the wait for the final answer after a CANCEL. */
  cancelTimer: Timer | undefined;
}
