import type { SipRequest, SipResponse } from '../message/message.ts';
import type { InviteClientTransaction } from './invite-client.ts';
import type { InviteServerTransaction } from './invite-server.ts';
import { clientTransactionKey, serverTransactionKey } from './matching.ts';
import type { NonInviteClientTransaction } from './non-invite-client.ts';
import type { NonInviteServerTransaction } from './non-invite-server.ts';

/** A transaction of a request received. */
export type ServerTransaction = InviteServerTransaction | NonInviteServerTransaction;
/** A transaction of a request sent. */
export type ClientTransaction = InviteClientTransaction | NonInviteClientTransaction;

/** Finds the transaction that a message belongs to (RFC 3261 §17.1.3, §17.2.3). */
export class TransactionTable {
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();

  /** Transactions of both kinds. */
  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** Server transactions alone: those that strangers can make. */
  get servers(): number {
    return this.#servers.size;
  }

  addServer(transaction: ServerTransaction): void {
    this.#servers.set(transaction.key, transaction);
  }

  addClient(transaction: ClientTransaction): void {
    this.#clients.set(transaction.key, transaction);
  }

  /** The transaction of which this request is a repetition. */
  findServer(request: SipRequest): ServerTransaction | undefined {
    return this.#servers.get(serverTransactionKey(request, request.method));
  }

  /** The INVITE transaction that this ACK or CANCEL speaks of. */
  findInviteServer(request: SipRequest): InviteServerTransaction | undefined {
    const transaction = this.#servers.get(serverTransactionKey(request, 'INVITE'));
    return transaction?.kind === 'invite-server' ? transaction : undefined;
  }

  findClient(response: SipResponse): ClientTransaction | undefined {
    const key = clientTransactionKey(response);
    return key === undefined ? undefined : this.#clients.get(key);
  }

  remove(transaction: ServerTransaction | ClientTransaction): void {
    const table: Map<string, unknown> =
      transaction.kind === 'invite-server' || transaction.kind === 'non-invite-server' ? this.#servers : this.#clients;
    if (table.get(transaction.key) === transaction) table.delete(transaction.key);
  }

  /** Ends all transactions without word to the peers. */
  terminateAll(): void {
    for (const transaction of [...this.#servers.values(), ...this.#clients.values()]) transaction.terminate();
  }
}
