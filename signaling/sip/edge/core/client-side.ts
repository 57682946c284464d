import { type Dialog, dialogId, tagOf } from '../dialog/dialog.ts';
import { fieldValue, type SipRequest, type SipResponse } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import type { TransactionFailure } from '../transaction/channel.ts';
import { InviteClientTransaction } from '../transaction/invite-client.ts';
import { NonInviteClientTransaction } from '../transaction/non-invite-client.ts';
import { TRANSACTION_LIFETIME } from '../transaction/timer-values.ts';
import type { ClientTransaction } from '../transaction/transaction-table.ts';
import type { Flow } from '../transport/transport.ts';
import { type ApplicationSession, CommandRefused, type PreparedRequest } from './application.ts';
import { readApplicationMessage } from './application-message.ts';
import type { ClientCall } from './client-call.ts';
import { ClientInvites } from './client-invites.ts';
import { composeCancel, composeInside, composeOutside } from './compose-request.ts';
import { composeResponse } from './compose-response.ts';
import type { CoreContext } from './context.ts';
import { RequestRouter } from './request-router.ts';

/** What an application asks to be sent. */
export interface RequestCommand {
  readonly session: ApplicationSession;
  /** Set for CANCEL alone. */
  readonly transactionId: string;
  /** Set for requests within a dialog. */
  readonly dialogId: string;
  /** URI to hand the request to instead of where its own URI leads. */
  readonly proxy: string | undefined;
  readonly text: Buffer;
}

/** The user agent client: sends requests for applications, and takes their answers (RFC 3261 §8.1, §12.2.1). */
export class ClientSide {
  readonly #context: CoreContext;
  readonly #router: RequestRouter;
  readonly #invites: ClientInvites;
  readonly #calls = new Map<string, ClientCall>();
  readonly #byTransaction = new Map<ClientTransaction, ClientCall>();

  constructor(context: CoreContext) {
    this.#context = context;
    this.#router = new RequestRouter(context);
    this.#invites = new ClientInvites(context, this.#router, (dialog, why) => this.abandon(dialog, why));
  }

  /** Requests sent whose transaction is not over. */
  get size(): number {
    return this.#calls.size;
  }

  /** Invitations of ours without a final answer. */
  get pendingInvites(): number {
    return [...this.#calls.values()].filter(({ request, answered }) => request.method === 'INVITE' && !answered).length;
  }

  /**
   * Makes an application's request ready (the table of the control protocol: which ids are set tells what is meant).
   * @throws CommandRefused where it cannot be sent
   */
  async prepare(command: RequestCommand): Promise<PreparedRequest> {
    const given = readApplicationMessage(command.text);
    if (given.kind !== 'request') throw new CommandRefused('invalid message');
    if (given.method === 'CANCEL' && command.dialogId === '') return this.#prepareCancel(command.transactionId, given);
    const id = command.dialogId === '' ? this.#namedDialog(given) : command.dialogId;
    if (given.method === 'ACK') return this.#invites.prepareAck(id, given, command.proxy);
    if (id === undefined) return this.#prepareOutside(command, given);
    const dialog = this.#context.dialogs.byId(id);
    if (dialog === undefined) throw new CommandRefused('Server error: unable to find dialog for dialog id provided');
    return this.#prepareInside(command.session, dialog, given, command.proxy);
  }

  /** Takes a response from the network that passed the checks. */
  receive(response: SipResponse, flow: Flow): void {
    const transaction = this.#context.transactions.findClient(response);
    const call = transaction === undefined ? undefined : this.#byTransaction.get(transaction);
    if (transaction === undefined || call === undefined) {
      if (!this.#invites.repeatAck(response)) this.#context.counters.drop('no-transaction');
      return;
    }
    call.arrival = flow;
    transaction.receive(response);
  }

  /** Ends a dialog by a BYE of the edge's own and tells its application. */
  abandon(dialog: Dialog, why: string): void {
    const owner = this.#context.owners.get(dialog);
    this.#context.dialogs.remove(dialog);
    const given = this.#invites.bareBye(why);
    this.#prepareInside(undefined, dialog, given, undefined).then(
      ({ sent, start }) => {
        owner?.deliver({ source: 'application', ...sent, transactionId: 'unsolicited', dialogId: dialog.id });
        start();
      },
      (error: unknown) => this.#context.log.warn({ err: error, dialog: dialog.id }, 'cannot send BYE'),
    );
  }

  /** The application is gone: its unanswered invitations are cancelled. */
  sessionClosed(session: ApplicationSession): void {
    for (const call of [...this.#calls.values()]) {
      if (call.session === session && call.request.method === 'INVITE' && !call.answered) this.#invites.cancel(call);
    }
  }

  /** The dialog that a request names by its Call-ID and From tag although no dialog id was given. */
  #namedDialog(given: SipRequest): string | undefined {
    const callId = fieldValue(given, 'Call-ID');
    if (callId === undefined || callId === '') return undefined;
    const id = dialogId(callId, tagOf(given, 'From'));
    return this.#context.dialogs.byId(id) === undefined ? undefined : id;
  }

  async #prepareOutside(command: RequestCommand, given: SipRequest): Promise<PreparedRequest> {
    const nextHop = command.proxy ?? given.uri;
    const { request, flow } = await this.#router.outside(nextHop, (way) =>
      composeOutside(given, way, this.#context.identifiers),
    );
    return this.#ready(command.session, request, flow, undefined);
  }

  async #prepareInside(
    session: ApplicationSession | undefined,
    dialog: Dialog,
    given: SipRequest,
    proxy: string | undefined,
  ): Promise<PreparedRequest> {
    const sequence = dialog.nextSequence();
    const { request, flow } = await this.#router.inside(dialog, proxy, (way) =>
      composeInside(dialog, given, sequence, way, this.#context.identifiers),
    );
    return this.#ready(session, request, flow, dialog);
  }

  #ready(
    session: ApplicationSession | undefined,
    request: SipRequest,
    flow: Flow,
    dialog: Dialog | undefined,
  ): PreparedRequest {
    const id = this.#context.identifiers.uuid();
    return {
      sent: {
        bytes: serializeMessage(request),
        flow,
        time: this.#context.clock.now(),
        transactionId: id,
        dialogId: dialog?.id ?? '',
      },
      start: () => this.#start(id, session, request, flow, dialog),
    };
  }

  #start(
    id: string,
    session: ApplicationSession | undefined,
    request: SipRequest,
    flow: Flow,
    dialog: Dialog | undefined,
  ): void {
    const { clock, transactions, counters } = this.#context;
    const user = {
      response: (response: SipResponse) => this.#receive(call, response),
      failed: (failure: TransactionFailure) => this.#fail(call, failure),
      terminated: () => {
        transactions.remove(transaction);
        this.#calls.delete(id);
        this.#byTransaction.delete(transaction);
        this.#invites.transactionOver(call);
      },
    };
    const isInvite = request.method === 'INVITE';
    const transaction: ClientTransaction = isInvite
      ? new InviteClientTransaction(clock, flow, request, user)
      : new NonInviteClientTransaction(clock, flow, request, user);
    const call: ClientCall = {
      id,
      request,
      transaction,
      flow,
      session,
      dialog,
      arrival: flow,
      forks: new Map(),
      winner: undefined,
      answered: false,
      cancel: 'none',
      cancelRequest: undefined,
      cancelTimer: undefined,
    };
    transactions.addClient(transaction);
    this.#calls.set(id, call);
    this.#byTransaction.set(transaction, call);
    if (isInvite && dialog !== undefined) dialog.clientInvite = true;
    counters.message('out', flow.protocol, 'request', request.method);
    transaction.start();
  }

  #prepareCancel(transactionId: string, given: SipRequest): PreparedRequest {
    const call = this.#calls.get(transactionId);
    if (call === undefined || call.request.method !== 'INVITE' || call.answered) {
      throw new CommandRefused(`unable to cancel unknown transaction id: ${transactionId}`);
    }
    const request = composeCancel(call.request, given, call.flow);
    return {
      sent: {
        bytes: serializeMessage(request),
        flow: call.flow,
        time: this.#context.clock.now(),
        transactionId: this.#context.identifiers.uuid(),
        dialogId: '',
      },
      start: () => this.#invites.cancel(call, request),
    };
  }

  #receive(call: ClientCall, response: SipResponse): void {
    if (call.request.method === 'INVITE') {
      this.#invites.receive(call, response);
      return;
    }
    if (response.status === 100) return;
    if (response.status >= 200) this.#settle(call, response.status);
    if (call.request.method === 'UPDATE' && response.status >= 200 && response.status < 300) {
      call.dialog?.refreshTarget(response);
    }
    this.#invites.deliver(call, response, call.dialog?.id ?? '');
  }

  /** The application is told as if the peer had answered so (RFC 3261 §8.1.3.1). */
  #fail(call: ClientCall, failure: TransactionFailure): void {
    const [status, reason] = failure === 'timeout' ? [408, 'Request Timeout'] : [503, 'Service Unavailable'];
    this.#context.log.debug({ failure, method: call.request.method, remote: call.flow.remote }, 'request failed');
    const response = composeResponse(call.request, { status, reason, toTag: this.#context.identifiers.tag() });
    this.#receive(call, response);
  }

  #settle(call: ClientCall, status: number): void {
    call.answered = true;
    if (call.request.method !== 'BYE' || call.dialog === undefined) return;
    const { dialog } = call;
    if (status !== 401 && status !== 407) {
      this.#context.dialogs.remove(dialog);
      return;
    }
    // The application may send it again with credentials.
    dialog.expiry?.cancel();
    dialog.expiry = this.#context.clock.after(TRANSACTION_LIFETIME, () => this.#context.dialogs.remove(dialog));
  }
}
