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
import { composeCancel, composeInside, composeOutside, sentAnew } from './compose-request.ts';
import { composeResponse } from './compose-response.ts';
import type { CoreContext } from './context.ts';
import type { RequestRouter, RoutedRequest } from './request-router.ts';

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

  constructor(context: CoreContext, router: RequestRouter) {
    this.#context = context;
    this.#router = router;
    this.#invites = new ClientInvites(context, this.#router, (dialog, why) => this.abandon(dialog, why));
  }

  /** Requests sent whose transaction is not over. */
  get size(): number {
    return this.#calls.size;
  }

  /** Whether one of them fits. Looks at each. */
  some(fits: (call: ClientCall) => boolean): boolean {
    return [...this.#calls.values()].some(fits);
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

  /** Whether a response belongs to a request of ours that is not over, or to a dialog: a 2xx may come once more. */
  stands(response: SipResponse): boolean {
    if (this.#context.transactions.findClient(response) !== undefined) return true;
    const callId = fieldValue(response, 'Call-ID') ?? '';
    return this.#context.dialogs.find(callId, tagOf(response, 'From'), tagOf(response, 'To')) !== undefined;
  }

  /** Takes a response from the network that passed the checks. */
  receive(response: SipResponse, flow: Flow): void {
    const transaction = this.#context.transactions.findClient(response);
    if (transaction === undefined) {
      if (this.#invites.repeatAck(response)) return;
      this.#context.counters.drop('no-transaction');
      this.#context.guard?.useless(flow, this.#context.clock.now());
      return;
    }
    const call = this.#byTransaction.get(transaction);
    if (call !== undefined) call.arrival = flow;
    transaction.receive(response);
  }

  /** Ends a dialog by a BYE of the edge's own and tells its application. */
  abandon(dialog: Dialog, why: string): void {
    const owner = this.#context.owners.get(dialog);
    this.#context.dialogs.remove(dialog);
    const given = this.#invites.bareBye(why);
    const prepared = this.#prepareInside(undefined, dialog, given, undefined).catch((error: unknown) => {
      // Nowhere leads its Contact: the application must hear of the end all the same, and the peer where it was heard.
      this.#context.log.debug({ err: error, dialog: dialog.id }, 'BYE goes where the peer was heard last');
      const { flow } = dialog;
      const request = composeInside(dialog, given, dialog.nextSequence(), flow, this.#context.identifiers);
      return this.#ready(undefined, { request, flow, alternatives: [] }, dialog);
    });
    prepared.then(
      ({ sent, start }) => {
        const reason = 'system-error-initiated-termination';
        this.#context.records.stop('application', reason, () => sent.bytes);
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
    const routed = await this.#router.outside(nextHop, (way) => composeOutside(given, way, this.#context.identifiers));
    return this.#ready(command.session, routed, undefined);
  }

  async #prepareInside(
    session: ApplicationSession | undefined,
    dialog: Dialog,
    given: SipRequest,
    proxy: string | undefined,
  ): Promise<PreparedRequest> {
    const sequence = dialog.nextSequence();
    const routed = await this.#router.inside(dialog, proxy, (way) =>
      composeInside(dialog, given, sequence, way, this.#context.identifiers),
    );
    return this.#ready(session, routed, dialog);
  }

  #ready(session: ApplicationSession | undefined, routed: RoutedRequest, dialog: Dialog | undefined): PreparedRequest {
    const id = this.#context.identifiers.uuid();
    return {
      sent: {
        bytes: serializeMessage(routed.request),
        flow: routed.flow,
        time: this.#context.clock.now(),
        transactionId: id,
        dialogId: dialog?.id ?? '',
      },
      start: () => this.#start(id, session, routed, dialog),
    };
  }

  #start(
    id: string,
    session: ApplicationSession | undefined,
    { request, flow, alternatives }: RoutedRequest,
    dialog: Dialog | undefined,
  ): void {
    const call: ClientCall = {
      id,
      request,
      transaction: undefined,
      flow,
      alternatives,
      session,
      dialog,
      arrival: flow,
      forks: new Map(),
      winner: undefined,
      answered: false,
      reached: false,
      cancel: 'none',
      cancelRequest: undefined,
      cancelTimer: undefined,
    };
    this.#calls.set(id, call);
    this.#record(call);
    if (request.method === 'INVITE' && dialog !== undefined) dialog.clientInvite = true;
    this.#transact(call);
  }

  #record({ request, dialog, session }: ClientCall): void {
    const { records } = this.#context;
    const bytes = () => serializeMessage(request);
    if (request.method === 'INVITE' && dialog === undefined) records.attempt('application', bytes);
    // The edge's own BYE tells why itself.
    if (request.method === 'BYE' && dialog?.state === 'confirmed' && session !== undefined) {
      records.stop('application', 'normal-release', bytes);
    }
  }

  /** Sends the call's request in a transaction of its own. */
  #transact(call: ClientCall): void {
    const { clock, transactions, counters, guard } = this.#context;
    const { request, flow } = call;
    if (call.dialog === undefined) guard?.expected(flow, clock.now());
    const user = {
      response: (response: SipResponse) => this.#receive(call, response),
      failed: (failure: TransactionFailure) => this.#fail(call, failure),
      terminated: () => {
        transactions.remove(transaction);
        this.#byTransaction.delete(transaction);
        // A call that is tried elsewhere has another transaction by now, or is about to.
        if (call.transaction !== transaction) return;
        this.#calls.delete(call.id);
        this.#invites.transactionOver(call);
      },
    };
    const transaction: ClientTransaction =
      request.method === 'INVITE'
        ? new InviteClientTransaction(clock, flow, request, user)
        : new NonInviteClientTransaction(clock, flow, request, user);
    call.transaction = transaction;
    call.arrival = flow;
    transactions.addClient(transaction);
    this.#byTransaction.set(transaction, call);
    counters.message('out', flow.protocol, 'request', request.method);
    transaction.start();
  }

  /**
   * Tries the next address of the request's destination, where there is one and nobody has the request yet (RFC 3263 §4.3).
   * @param response what the application is told when no other address is reached either
   * @returns whether there is one to try
   */
  #tryElsewhere(call: ClientCall, response: SipResponse): boolean {
    const { alternatives } = call;
    if (alternatives.length === 0 || call.reached || call.cancel !== 'none') return false;
    call.transaction = undefined;
    call.alternatives = [];
    this.#router
      .flowToAny(alternatives)
      .then(({ flow, alternatives: left }) => {
        if (call.cancel !== 'none') {
          this.#give(call, composeResponse(call.request, { status: 487, reason: 'Request Terminated' }));
          return;
        }
        this.#context.log.info({ from: call.flow.remote, to: flow.remote }, 'request sent to another address');
        call.request = sentAnew(call.request, call.flow, flow, this.#context.identifiers);
        call.flow = flow;
        call.alternatives = left;
        this.#transact(call);
      })
      .catch((error: unknown) => {
        this.#context.log.debug({ err: error }, 'no other address');
        this.#give(call, response);
      });
    return true;
  }

  /** Passes up the last answer of a call that has no transaction any more. */
  #give(call: ClientCall, response: SipResponse): void {
    this.#calls.delete(call.id);
    this.#passUp(call, response);
    this.#invites.transactionOver(call);
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
    if (response.status === 503 && this.#tryElsewhere(call, response)) return;
    if (response.status !== 100) call.reached = true;
    this.#passUp(call, response);
  }

  #passUp(call: ClientCall, response: SipResponse): void {
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
    if (!this.#tryElsewhere(call, response)) this.#passUp(call, response);
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
