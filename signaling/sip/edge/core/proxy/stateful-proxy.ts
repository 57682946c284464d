import { tagOf } from '../../dialog/dialog.ts';
import { answererBehindNat, senderBehindNat } from '../../dialog/nat.ts';
import { fieldValue, type SipRequest, type SipResponse } from '../../message/message.ts';
import { serializeMessage } from '../../message/serializer.ts';
import { readSipUri } from '../../message/uri.ts';
import type { Flow } from '../../transport/transport.ts';
import { CommandRefused } from '../application.ts';
import { ownFields, readApplicationMessage } from '../application-message.ts';
import type { CoreContext } from '../context.ts';
import type { RequestRouter } from '../request-router.ts';
import type { ServerCall } from '../server-call.ts';
import type { ServerResponder } from '../server-responder.ts';
import { forwardedRequest, hopsLeft, nextHop, routesAfterOwn } from './forwarded.ts';
import { ProxiedDialogs } from './proxied-dialogs.ts';
import { ProxiedRequest } from './proxied-request.ts';

/** What an application asks to be proxied. */
export interface ProxyCommand {
  readonly transactionId: string;
  /** Stay in the dialog (Record-Route). */
  readonly remainInDialog: boolean;
  readonly followRedirects: boolean;
  readonly simultaneous: boolean;
  /** Milliseconds; undefined for no limit of the application's. */
  readonly provisionalTimeout: number | undefined;
  readonly finalTimeout: number | undefined;
  readonly targets: readonly string[];
  /** A request whose fields are added to the proxied one. */
  readonly text: Buffer;
}

/** What the application is told of a proxied request. */
export interface ProxyReport {
  /** A final answer of one branch, as it came. */
  answered(response: Buffer, flow: Flow, time: number): void;
  done(): void;
}

/** The stateful proxy (RFC 3261 §16): sends requests on for applications, and keeps dialogs in which it shall remain. */
export class StatefulProxy {
  readonly #context: CoreContext;
  readonly #router: RequestRouter;
  readonly #responder: ServerResponder;
  readonly #dialogs: ProxiedDialogs;
  /** The user part of own Record-Route entries. */
  readonly #token: string;

  constructor(context: CoreContext, router: RequestRouter, responder: ServerResponder) {
    this.#context = context;
    this.#router = router;
    this.#responder = responder;
    this.#dialogs = new ProxiedDialogs(context.clock, context.limits.dialogs);
    this.#token = context.identifiers.tag();
  }

  /** Dialogs in which the edge remains. */
  get size(): number {
    return this.#dialogs.size;
  }

  close(): void {
    this.#dialogs.clear();
  }

  /**
   * Sends a request on for an application; with that the application is out of it.
   * @throws CommandRefused where the command is malformed
   */
  begin(call: ServerCall, command: ProxyCommand, report: ProxyReport): void {
    const given = readApplicationMessage(command.text);
    if (given.kind !== 'request') throw new CommandRefused('invalid message');
    const { targets } = command;
    if (targets.length === 0 || targets.some((uri) => readSipUri(uri) === undefined)) {
      throw new CommandRefused('invalid destination');
    }
    const { request } = call;
    const records = this.#context.records;
    const invite = request.method === 'INVITE';
    call.session = undefined;
    call.patience?.cancel();
    const proxied = new ProxiedRequest(
      this.#context,
      this.#router,
      this.#responder,
      call,
      {
        targets,
        simultaneous: command.simultaneous,
        followRedirects: command.followRedirects,
        patience: { provisional: command.provisionalTimeout, final: command.finalTimeout },
        routes: routesAfterOwn(request, this.#token),
        recordRouteToken: command.remainInDialog && invite ? this.#token : undefined,
        added: ownFields(given, call.flow).filter(({ key }) => key !== 'content-type'),
        flow: undefined,
      },
      {
        answered: (response, flow) => {
          report.answered(serializeMessage(response), flow, this.#context.clock.now());
          if (invite && response.status < 300) records.start('network', 'proxy-uac', () => serializeMessage(response));
        },
        returned: (response, flow) => {
          if (!invite) return;
          if (command.remainInDialog) this.#keep(request, call.flow, response, flow);
          const bytes = () => serializeMessage(response);
          if (response.status >= 300) records.stop('application', 'call-rejected', bytes);
          else if (response.status >= 200) records.start('application', 'proxy-uas', bytes);
        },
        done: () => report.done(),
      },
    );
    call.proxied = proxied;
    if (invite) records.attempt('application', () => serializeMessage(request));
    proxied.start();
  }

  /** Takes a request within a dialog in which the edge remains. @returns whether it was one */
  takeInside(call: ServerCall): boolean {
    const { request } = call;
    const dialog = this.#dialogs.find(request);
    if (dialog === undefined) return false;
    this.#dialogs.keep(dialog);
    const [from, to] =
      tagOf(request, 'From') === dialog.caller.tag ? [dialog.caller, dialog.callee] : [dialog.callee, dialog.caller];
    from.flow = call.flow;
    const routes = routesAfterOwn(request, this.#token);
    const bye = request.method === 'BYE';
    const proxied = new ProxiedRequest(
      this.#context,
      this.#router,
      this.#responder,
      call,
      {
        targets: [request.uri],
        simultaneous: false,
        followRedirects: false,
        patience: { provisional: undefined, final: undefined },
        routes,
        recordRouteToken: undefined,
        added: [],
        flow: routes.length === 0 && to.behindNat && to.flow.open ? to.flow : undefined,
      },
      {
        answered: () => {},
        returned: (response) => {
          // After a challenge the BYE comes again.
          if (bye && response.status >= 200 && response.status !== 401 && response.status !== 407) {
            this.#dialogs.forget(dialog);
          }
        },
        done: () => {},
      },
    );
    call.proxied = proxied;
    if (bye && dialog.confirmed) {
      for (const source of ['network', 'application'] as const) {
        this.#context.records.stop(source, 'normal-release', () => serializeMessage(request));
      }
    }
    proxied.start();
    return true;
  }

  /** Sends the ACK of a 2xx on. @returns whether it belongs to a dialog in which the edge remains */
  takeAck(ack: SipRequest): boolean {
    const dialog = this.#dialogs.find(ack);
    if (dialog === undefined) return false;
    if (hopsLeft(ack) < 1) return true;
    const to = tagOf(ack, 'From') === dialog.caller.tag ? dialog.callee : dialog.caller;
    const routes = routesAfterOwn(ack, this.#token);
    const { counters, identifiers, log } = this.#context;
    const compose = (flow: Flow) =>
      forwardedRequest(ack, {
        uri: ack.uri,
        flow,
        branch: identifiers.branch(),
        routes,
        recordRoutes: [],
        added: [],
      });
    const send = ({ request, flow }: { request: SipRequest; flow: Flow }) => {
      counters.message('out', flow.protocol, 'request', 'ACK');
      flow.send(serializeMessage(request), () => {});
    };
    if (routes.length === 0 && to.behindNat && to.flow.open) send({ request: compose(to.flow), flow: to.flow });
    else {
      this.#router
        .outside(nextHop(routes, ack.uri), compose)
        .then(send)
        .catch((error: unknown) => log.warn({ err: error }, 'cannot send an ACK on'));
    }
    return true;
  }

  #keep(invite: SipRequest, callerFlow: Flow, response: SipResponse, calleeFlow: Flow): void {
    const tag = tagOf(response, 'To');
    if (tag === '') return;
    const dialog = this.#dialogs.keep({
      callId: fieldValue(invite, 'Call-ID') ?? '',
      caller: {
        tag: tagOf(invite, 'From'),
        flow: callerFlow,
        behindNat: senderBehindNat(invite, callerFlow.remote.address),
      },
      callee: { tag, flow: calleeFlow, behindNat: answererBehindNat(response, calleeFlow.remote.address) },
      confirmed: false,
    });
    if (dialog === undefined) return;
    if (response.status >= 300 && !dialog.confirmed) this.#dialogs.forget(dialog);
    else if (response.status >= 200) dialog.confirmed = true;
  }
}

/** Reads a timeout of the control protocol: `2s`, `1500ms`, plain seconds, or nothing. @returns milliseconds */
export function readTimeout(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]{1,7})(ms|s)?$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  return unit === 'ms' ? Number(digits) : Number(digits) * 1_000;
}
