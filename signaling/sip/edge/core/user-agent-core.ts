import { sourceKey } from '../../../network/source-key.ts';
import { requestFault, responseFault } from '../message/checks.ts';
import { readCSeq } from '../message/cseq.ts';
import { splitList } from '../message/list.ts';
import { fieldValue, type HeaderField, type SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parser.ts';
import { readVia, withSource } from '../message/via.ts';
import type { Flow } from '../transport/transport.ts';
import type { ApplicationSession, PreparedRequest, SentMessage } from './application.ts';
import { ClientSide, type RequestCommand } from './client-side.ts';
import type { CoreContext } from './context.ts';
import type { ProxyCommand, ProxyReport } from './proxy/stateful-proxy.ts';
import { RequestRouter } from './request-router.ts';
import { ServerSide } from './server-side.ts';

/** The user agent core (RFC 3261 §6): stands between the network and the applications. */
export class UserAgentCore {
  readonly #context: CoreContext;
  readonly #client: ClientSide;
  readonly #server: ServerSide;

  constructor(context: CoreContext) {
    this.#context = context;
    const router = new RequestRouter(context);
    this.#client = new ClientSide(context, router);
    this.#server = new ServerSide(context, router, (dialog, why) => this.#client.abandon(dialog, why));
  }

  /** Invitations without a final answer, both directions. */
  get pendingInvites(): number {
    return this.#server.pendingInvites + this.#client.pendingInvites;
  }

  /** Whether bytes are let in of whose source only that is taken which belongs to something, or is a known room's. */
  admits(bytes: Buffer, flow: Flow): boolean {
    const { guard, clock } = this.#context;
    const result = parseMessage(bytes, 'content-length');
    const message = 'message' in result ? result.message : undefined;
    const isRequest = message?.kind === 'request';
    if (isRequest ? this.#server.stands(message) : message !== undefined && this.#client.stands(message)) return true;
    if (isRequest) return guard?.reserves(message, flow, clock.now()) ?? true;
    guard?.drop('over-budget');
    return false;
  }

  /** Takes bytes from the network. @param faulty the stream they came by cannot be read on */
  receive(bytes: Buffer, flow: Flow, faulty: boolean): void {
    const { counters, log, guard, clock } = this.#context;
    const result = parseMessage(bytes, 'content-length');
    if (!('message' in result)) {
      if (result.unreadable === 'empty') return;
      counters.drop('unreadable');
      guard?.fruitless(flow, clock.now());
      return;
    }
    const { message } = result;
    const faults = faulty ? [...result.faults, 'malformed Content-Length'] : result.faults;
    if (message.kind === 'response') {
      const fault = responseFault(message, faults);
      if (fault !== undefined) {
        log.debug({ fault, remote: flow.remote }, 'response dropped');
        counters.drop('malformed');
        guard?.useless(flow, clock.now());
        return;
      }
      const method = readCSeq(fieldValue(message, 'CSeq') ?? '')?.method ?? '';
      counters.message('in', flow.protocol, 'response', method, message.status);
      this.#client.receive(message, flow);
      return;
    }
    if (guard?.isScanner(fieldValue(message, 'User-Agent'), flow, clock.now()) === true) {
      guard.drop('scanner');
      return;
    }
    counters.message('in', flow.protocol, 'request', message.method);
    const request = noteSource(message, flow);
    const fault = requestFault(request, faults);
    if (fault === undefined) {
      this.#server.receive(request, flow);
      return;
    }
    log.debug({ fault, remote: flow.remote }, 'request refused');
    counters.drop('malformed');
    // Without Via there is no telling whether the sender is a SIP element at all.
    if (fieldValue(request, 'Via') !== undefined) {
      this.#server.refuseStateless(request, flow, fault.status, fault.reason);
    }
  }

  /** Sends an application's answer. @throws CommandRefused */
  respond(transactionId: string, text: Buffer): SentMessage {
    return this.#server.respond(transactionId, text);
  }

  /** Makes an application's request ready. @throws CommandRefused */
  prepare(command: RequestCommand): Promise<PreparedRequest> {
    return this.#client.prepare(command);
  }

  /** Sends a request on for an application. @throws CommandRefused */
  proxy(command: ProxyCommand, report: ProxyReport): void {
    this.#server.proxy(command, report);
  }

  /** Whether a dialog with this source stands, or a request of ours to it is not over. Proxied dialogs do not count. */
  stands(source: string): boolean {
    const isOf = ({ remote }: Flow) => sourceKey(remote.address) === source;
    return this.#context.dialogs.some(({ flow }) => isOf(flow)) || this.#client.some(({ flow }) => isOf(flow));
  }

  /** Dialogs in which the edge stays as a proxy. */
  get proxiedDialogs(): number {
    return this.#server.proxiedDialogs;
  }

  /** Forgets what has timers of its own. */
  close(): void {
    this.#server.close();
  }

  /** An application's connection is gone. */
  sessionClosed(session: ApplicationSession): void {
    this.#server.sessionClosed(session);
    this.#client.sessionClosed(session);
  }
}

/** Writes the packet's source into the first Via value (RFC 3261 §18.2.1). */
function noteSource(request: SipRequest, flow: Flow): SipRequest {
  const index = request.headers.findIndex(({ key }) => key === 'via');
  const field = request.headers[index];
  if (field === undefined) return request;
  const [top = '', ...others] = splitList(field.value);
  const via = readVia(top);
  if (via === undefined) return request;
  const noted: HeaderField = { ...field, value: [withSource(top, via, flow.remote), ...others].join(', ') };
  return { ...request, headers: request.headers.with(index, noted) };
}
