import { type Dialog, dialogId, tagOf } from '../dialog/dialog.ts';
import { readCSeq, readRAck } from '../message/cseq.ts';
import { detached } from '../message/detached.ts';
import { fieldValue, headerField, type SipRequest } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import { InviteServerTransaction } from '../transaction/invite-server.ts';
import { topVia } from '../transaction/matching.ts';
import { NonInviteServerTransaction } from '../transaction/non-invite-server.ts';
import type { ServerTransaction } from '../transaction/transaction-table.ts';
import { reconnectDestination, responseDestination } from '../transport/response-destination.ts';
import type { Flow } from '../transport/transport.ts';
import { type ApplicationSession, CommandRefused, type SentMessage } from './application.ts';
import { composeResponse, withContact } from './compose-response.ts';
import type { CoreContext } from './context.ts';
import { KNOWN_METHODS } from './figures.ts';
import { judge } from './judge.ts';
import { type ProxyCommand, type ProxyReport, StatefulProxy } from './proxy/stateful-proxy.ts';
import type { RequestRouter } from './request-router.ts';
import { release, type ServerCall } from './server-call.ts';
import { ServerResponder } from './server-responder.ts';

/** The user agent server: takes requests from the network, and answers for applications (RFC 3261 §8.2, §12.2.2). */
export class ServerSide {
  readonly #context: CoreContext;
  readonly #responder: ServerResponder;
  readonly #proxy: StatefulProxy;
  /** Requests without a final answer, by the name of their transaction in the control protocol. */
  readonly #calls = new Map<string, ServerCall>();
  /** Requests under way by Call-ID, From tag and CSeq, to find those that came on two ways (RFC 3261 §8.2.2.2). */
  readonly #underWay = new Map<string, ServerCall>();
  readonly #byTransaction = new Map<ServerTransaction, ServerCall>();
  readonly #unansweredInvites = new Set<ServerCall>();

  constructor(context: CoreContext, router: RequestRouter, abandon: (dialog: Dialog, why: string) => void) {
    this.#context = context;
    this.#responder = new ServerResponder(context, abandon);
    this.#proxy = new StatefulProxy(context, router, this.#responder);
  }

  /** Dialogs in which the edge stays as a proxy. */
  get proxiedDialogs(): number {
    return this.#proxy.size;
  }

  /** Invitations received and not finally answered. */
  get pendingInvites(): number {
    return this.#unansweredInvites.size;
  }

  /** Takes a request that passed the checks. */
  receive(request: SipRequest, flow: Flow): void {
    if (request.method === 'ACK') {
      this.#receiveAck(request, flow);
      return;
    }
    const repeated = this.#context.transactions.findServer(request);
    if (repeated !== undefined) {
      repeated.receiveRetransmission();
      this.#context.guard?.repeated(flow, this.#context.clock.now());
      return;
    }
    const { serverTransactions, unansweredRequests } = this.#context.limits;
    if (this.#context.transactions.servers >= serverTransactions || this.#calls.size >= unansweredRequests) {
      this.#context.counters.drop('too-many-transactions');
      this.refuseStateless(request, flow, 503, 'Service Unavailable');
      return;
    }
    const merged = this.#underWay.get(mergeKey(request));
    const call = this.#openCall(request, flow);
    if (request.method === 'CANCEL') this.#receiveCancel(call);
    else if (call.inDialog) {
      if (!this.#proxy.takeInside(call)) this.#receiveInDialog(call);
    } else if (merged !== undefined || this.#nameTaken(request)) this.#responder.answer(call, 482, 'Loop Detected');
    else this.#receiveOutside(call);
  }

  /** Whether a request belongs to a dialog or transaction that stands here. */
  stands(request: SipRequest): boolean {
    const { transactions, dialogs } = this.#context;
    const named = request.method === 'ACK' || request.method === 'CANCEL';
    if (named && transactions.findInviteServer(request) !== undefined) return true;
    return dialogs.findFor(request) !== undefined || transactions.findServer(request) !== undefined;
  }

  /** Sends an application's answer. @throws CommandRefused where it cannot be sent */
  respond(transactionId: string, text: Buffer): SentMessage {
    const call = this.#calls.get(transactionId);
    if (call === undefined) throw new CommandRefused('Response not sent due to unknown transaction');
    return this.#responder.respond(call, text);
  }

  /** Sends a request on for an application. @throws CommandRefused where that cannot be */
  proxy(command: ProxyCommand, report: ProxyReport): void {
    const call = this.#calls.get(command.transactionId);
    if (call === undefined || call.proxied !== undefined || call.dialog !== undefined) {
      throw new CommandRefused(`Unknown transaction id: ${command.transactionId}`);
    }
    this.#proxy.begin(call, command, report);
  }

  /** Forgets the dialogs of others. */
  close(): void {
    this.#proxy.close();
  }

  /** Answers without a transaction (RFC 3261 §8.2.7): for what is malformed or too much. ACK gets no answer. */
  refuseStateless(request: SipRequest, flow: Flow, status: number, reason: string): void {
    if (request.method === 'ACK') return;
    judge(this.#context, request, flow, { status, headers: [] });
    const response = composeResponse(request, { status, reason, toTag: this.#context.identifiers.tag() });
    this.#context.counters.message('out', flow.protocol, 'response', request.method, status);
    answeringFlow(request, flow).send(serializeMessage(response), () => {});
  }

  /** The application is gone: what it had not answered is refused. */
  sessionClosed(session: ApplicationSession): void {
    for (const call of [...this.#calls.values()]) {
      if (call.session === session && !call.answered) this.#responder.answer(call, 503, 'Service Unavailable');
    }
  }

  #openCall(request: SipRequest, flow: Flow): ServerCall {
    const { clock, identifiers, transactions, limits } = this.#context;
    const id = identifiers.uuid();
    const toTag = tagOf(request, 'To');
    const way = answeringFlow(request, flow);
    const key = detached(mergeKey(request));
    const invite = request.method === 'INVITE';
    const user = {
      failed: () => {},
      terminated: () => {
        transactions.remove(transaction);
        this.#byTransaction.delete(transaction);
        if (this.#underWay.get(key) === call) this.#underWay.delete(key);
        call.settled();
        call.reliable?.repetition.stop();
      },
    };
    const transaction: ServerTransaction = invite
      ? new InviteServerTransaction(clock, way, request, user)
      : new NonInviteServerTransaction(clock, way, request, user);
    const call: ServerCall = {
      id,
      request,
      transaction,
      flow,
      localTag: toTag === '' ? identifiers.tag() : toTag,
      inDialog: toTag !== '',
      session: undefined,
      dialog: undefined,
      answered: false,
      proxied: undefined,
      held: undefined,
      reliable: undefined,
      lastReliableSequence: 0,
      patience: undefined,
      settled: () => {
        this.#calls.delete(id);
        this.#unansweredInvites.delete(call);
        call.patience?.cancel();
      },
    };
    transactions.addServer(transaction);
    this.#calls.set(id, call);
    this.#byTransaction.set(transaction, call);
    if (!call.inDialog && request.method !== 'CANCEL') this.#underWay.set(key, call);
    if (invite) {
      this.#unansweredInvites.add(call);
      this.#responder.answer(call, 100, 'Trying');
      call.patience = clock.after(limits.unansweredInvite, () =>
        this.#responder.answer(call, 480, 'Temporarily Unavailable'),
      );
    }
    return call;
  }

  /** Whether the dialog that this INVITE would make has a name that is in use. */
  #nameTaken(request: SipRequest): boolean {
    const id = dialogId(fieldValue(request, 'Call-ID') ?? '', tagOf(request, 'From'));
    return request.method === 'INVITE' && this.#context.dialogs.byId(id) !== undefined;
  }

  #receiveOutside(call: ServerCall): void {
    const { applications, limits, records } = this.#context;
    const { method } = call.request;
    if (method === 'INVITE') records.attempt('network', () => serializeMessage(call.request));
    const summoned = applications.summon(method);
    if (summoned !== undefined) {
      this.#deliverTo(call, summoned);
      return;
    }
    const session = applications.select(method);
    if (session !== undefined) {
      const overload = method === 'INVITE' && this.#unansweredInvites.size > limits.pendingInvites;
      if (!overload) {
        this.#deliver(call, session);
        return;
      }
    }
    if (session !== undefined || !applications.connected) {
      this.#responder.answer(call, 503, 'Service Unavailable', [headerField('Retry-After', '5')]);
      return;
    }
    const allow = [headerField('Allow', [...new Set([...applications.methods(), 'ACK', 'CANCEL'])].join(', '))];
    if (KNOWN_METHODS.has(method)) this.#responder.answer(call, 405, 'Method Not Allowed', allow);
    else this.#responder.answer(call, 501, 'Not Implemented', allow);
  }

  /** Delivers to an application that is being connected to. */
  #deliverTo(call: ServerCall, summoned: Promise<ApplicationSession>): void {
    summoned.then(
      (session) => {
        if (!call.answered) this.#deliver(call, session);
      },
      (error: unknown) => {
        this.#context.log.warn({ err: error, method: call.request.method }, 'no application takes this request');
        if (!call.answered) this.#responder.answer(call, 480, 'Temporarily Unavailable');
      },
    );
  }

  #receiveInDialog(call: ServerCall): void {
    const { dialogs } = this.#context;
    const { request } = call;
    const dialog = dialogs.findFor(request);
    if (dialog === undefined) {
      this.#responder.answer(call, 481, 'Call/Transaction Does Not Exist');
      return;
    }
    const sequence = readCSeq(fieldValue(request, 'CSeq') ?? '')?.sequence ?? 0;
    if (dialog.remoteSequence !== undefined && sequence <= dialog.remoteSequence) {
      this.#responder.answer(call, 500, 'Server Internal Error');
      return;
    }
    dialog.remoteSequence = sequence;
    dialog.flow = call.flow;
    call.dialog = dialog;
    if (request.method === 'INVITE' && !this.#admitReinvite(call, dialog)) return;
    if (request.method === 'PRACK' && !this.#acknowledgeProvisional(request, dialog)) {
      this.#responder.answer(call, 481, 'Call/Transaction Does Not Exist');
      return;
    }
    if (request.method === 'INVITE' || request.method === 'UPDATE') dialog.refreshTarget(request);
    const session = this.#sessionOf(dialog);
    if (request.method === 'BYE') {
      this.#context.records.stop('network', 'normal-release', () => serializeMessage(request));
      this.#endByPeer(dialog);
    }
    if (session !== undefined) {
      this.#deliver(call, session);
      return;
    }
    if (request.method === 'BYE') this.#responder.answer(call, 200, 'OK');
    else this.#responder.answer(call, 480, 'Temporarily Unavailable');
  }

  /** RFC 3261 §14.2: one offer at a time. @returns false where the re-INVITE was refused */
  #admitReinvite(call: ServerCall, dialog: Dialog): boolean {
    if (dialog.serverInvite !== undefined) {
      const wait = headerField('Retry-After', String(this.#context.identifiers.firstSequence() % 11));
      this.#responder.answer(call, 500, 'Server Internal Error', [wait]);
      return false;
    }
    if (dialog.clientInvite) {
      this.#responder.answer(call, 491, 'Request Pending');
      return false;
    }
    this.#responder.hold(call, dialog);
    return true;
  }

  /** RFC 3262 §3. @returns false where the PRACK fits no answer of ours */
  #acknowledgeProvisional(request: SipRequest, dialog: Dialog): boolean {
    const rack = readRAck(fieldValue(request, 'RAck') ?? '');
    return rack !== undefined && dialog.serverInvite?.acknowledgeProvisional(rack) === true;
  }

  #endByPeer(dialog: Dialog): void {
    dialog.serverInvite?.refuse();
    this.#context.dialogs.remove(dialog);
  }

  /** The application that owns the dialog; if it is gone, another that takes calls, as after it connected anew. */
  #sessionOf(dialog: Dialog): ApplicationSession | undefined {
    const { owners, applications } = this.#context;
    const owner = owners.get(dialog);
    if (owner?.open === true) return owner;
    const heir = applications.select('INVITE');
    if (heir !== undefined) owners.set(dialog, heir);
    return heir;
  }

  #receiveCancel(call: ServerCall): void {
    const transaction = this.#context.transactions.findInviteServer(call.request);
    const invite = transaction === undefined ? undefined : this.#byTransaction.get(transaction);
    if (invite === undefined) {
      this.#responder.answer(call, 481, 'Call/Transaction Does Not Exist');
      return;
    }
    const toTag = invite.dialog?.facts.localTag ?? invite.localTag;
    this.#responder.send(call, composeResponse(call.request, { status: 200, reason: 'OK', toTag }));
    const cancel = call.request;
    release(call);
    if (invite.answered) return;
    this.#context.records.stop('network', 'call-canceled', () => serializeMessage(invite.request));
    if (invite.proxied !== undefined) {
      invite.proxied.cancel();
      return;
    }
    const id = invite.dialog?.id ?? '';
    const { session } = invite;
    this.#responder.answer(invite, 487, 'Request Terminated');
    session?.deliver({
      source: 'network',
      bytes: serializeMessage(cancel),
      flow: call.flow,
      time: this.#context.clock.now(),
      transactionId: invite.id,
      dialogId: id,
    });
  }

  #receiveAck(request: SipRequest, flow: Flow): void {
    if (this.#context.transactions.findInviteServer(request)?.receiveAck() === true) return;
    const dialog = this.#context.dialogs.findFor(request);
    if (dialog === undefined) {
      if (this.#proxy.takeAck(request)) return;
      this.#context.counters.drop('no-dialog');
      this.#context.guard?.useless(flow, this.#context.clock.now());
      return;
    }
    const sequence = readCSeq(fieldValue(request, 'CSeq') ?? '')?.sequence ?? 0;
    const answer = dialog.ownAnswers.get(sequence);
    if (answer === undefined) {
      this.#context.counters.drop('repeated');
      return;
    }
    dialog.flow = flow;
    this.#context.guard?.called(flow, request, this.#context.clock.now());
    answer.acknowledged(request);
  }

  #deliver(call: ServerCall, session: ApplicationSession): void {
    call.session = session;
    session.deliver({
      source: 'network',
      bytes: serializeMessage(withContact(call.request)),
      flow: call.flow,
      time: this.#context.clock.now(),
      transactionId: call.id,
      dialogId: call.dialog?.id ?? '',
      ...(call.dialog === undefined ? { receivedOn: call.flow.local } : {}),
    });
  }
}

/** What requests that came on two ways have in common (RFC 3261 §8.2.2.2). */
function mergeKey(request: SipRequest): string {
  return `${fieldValue(request, 'Call-ID')}|${tagOf(request, 'From')}|${fieldValue(request, 'CSeq')}`;
}

/** The way an answer goes (RFC 3261 §18.2.2). */
function answeringFlow(request: SipRequest, flow: Flow): Flow {
  const via = topVia(request);
  if (!flow.reliable) return flow.towards(responseDestination(via, flow.remote));
  return {
    ...flowFacts(flow),
    send: (bytes, failed) => {
      const way = flow.open ? flow : flow.towards(reconnectDestination(via, flow.remote));
      way.send(bytes, failed);
    },
  };
}

/** The facts of a flow as a plain object: a connection keeps them behind accessors. */
function flowFacts(flow: Flow): Omit<Flow, 'send'> {
  const { protocol, reliable, local, sentBy, remote } = flow;
  return { protocol, reliable, local, sentBy, remote, open: true, towards: (other) => flow.towards(other) };
}
