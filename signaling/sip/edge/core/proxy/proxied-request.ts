import type { HeaderField, SipRequest, SipResponse } from '../../message/message.ts';
import { uriScheme } from '../../message/uri.ts';
import type { Flow } from '../../transport/transport.ts';
import { CommandRefused } from '../application.ts';
import { composeResponse } from '../compose-response.ts';
import type { CoreContext } from '../context.ts';
import type { Destination } from '../locate.ts';
import type { RequestRouter, RoutedRequest } from '../request-router.ts';
import type { ServerCall } from '../server-call.ts';
import type { ServerResponder } from '../server-responder.ts';
import { Branch, type BranchPatience } from './branch.ts';
import {
  bestRefusal,
  forwardedRequest,
  hopsLeft,
  nextHop,
  ownRecordRoutes,
  redirectTargets,
  returnedResponse,
} from './forwarded.ts';

/** The most URIs that one request is sent to, redirections included. */
const MAX_TARGETS = 16;

/** How a request is sent on. */
export interface ProxyPlan {
  /** Request-URIs, in order. */
  readonly targets: readonly string[];
  readonly simultaneous: boolean;
  readonly followRedirects: boolean;
  readonly patience: BranchPatience;
  /** Route values that are left. */
  readonly routes: readonly string[];
  /** The user part of this proxy's Record-Route entries; undefined where it does not stay in the dialog. */
  readonly recordRouteToken: string | undefined;
  /** Fields that the application adds. */
  readonly added: readonly HeaderField[];
  /** A flow that leads to the next hop, whatever the URI says: the peer is behind a NAT. */
  readonly flow: Flow | undefined;
}

/** What a proxied request tells. */
export interface ProxiedRequestUser {
  /** A branch was answered for good, as it came. */
  answered(response: SipResponse, flow: Flow): void;
  /** An answer is on its way back: more than 100. */
  returned(response: SipResponse, flow: Flow): void;
  /** The final answer was given, and no branch is open any more. */
  done(): void;
}

/** A request that is being proxied: its branches, and what their answers come to (RFC 3261 §16.5 to §16.10). */
export class ProxiedRequest {
  readonly #context: CoreContext;
  readonly #router: RequestRouter;
  readonly #responder: ServerResponder;
  readonly #call: ServerCall;
  /** As it came. The call itself forgets its text once it is answered. */
  readonly #request: SipRequest;
  readonly #plan: ProxyPlan;
  readonly #user: ProxiedRequestUser;
  readonly #waiting: string[];
  readonly #seen: Set<string>;
  readonly #branches = new Set<Branch>();
  /** Branches on their way to a flow. */
  #starting = 0;
  readonly #refusals: SipResponse[] = [];
  #settled = false;
  #cancelled = false;
  #finished = false;

  constructor(
    context: CoreContext,
    router: RequestRouter,
    responder: ServerResponder,
    call: ServerCall,
    plan: ProxyPlan,
    user: ProxiedRequestUser,
  ) {
    this.#context = context;
    this.#router = router;
    this.#responder = responder;
    this.#call = call;
    this.#request = call.request;
    this.#plan = plan;
    this.#user = user;
    this.#waiting = plan.targets.slice(0, MAX_TARGETS);
    this.#seen = new Set(this.#waiting);
  }

  /** Sends the request to the first target, or to all. */
  start(): void {
    if (hopsLeft(this.#request) < 1) {
      this.#refusals.push(this.#own(483, 'Too Many Hops'));
      this.#waiting.length = 0;
    }
    this.#advance();
  }

  /** The caller gives up: no target is tried any more, and open branches are cancelled (RFC 3261 §16.10). */
  cancel(): void {
    this.#cancelled = true;
    this.#waiting.length = 0;
    for (const branch of this.#branches) branch.cancel();
    this.#advance();
  }

  /** Starts what may start; where nothing is left to wait for, gives the best answer and ends. */
  #advance(): void {
    while (this.#waiting.length > 0 && !this.#settled && (this.#plan.simultaneous || !this.#busy)) {
      this.#open(this.#waiting.shift() ?? '');
    }
    if (this.#busy || this.#finished) return;
    this.#finished = true;
    if (!this.#settled) this.#return(this.#verdict());
    this.#user.done();
  }

  get #busy(): boolean {
    return this.#starting > 0 || [...this.#branches].some(({ over }) => !over);
  }

  #verdict(): SipResponse {
    if (this.#cancelled) {
      const passed = this.#refusals.find(({ status }) => status === 487 || status >= 600);
      return passed ?? this.#own(487, 'Request Terminated');
    }
    const best = bestRefusal(this.#refusals);
    // What is wrong beyond this proxy is no overload of its own (RFC 3261 §16.7 step 6).
    if (best === undefined || best.status === 503) return this.#own(500, 'Server Internal Error');
    return best;
  }

  #own(status: number, reason: string): SipResponse {
    return composeResponse(this.#request, { status, reason, toTag: this.#call.localTag });
  }

  #open(uri: string): void {
    const { routes, flow } = this.#plan;
    const compose = this.#composer(uri);
    if (flow !== undefined) this.#begin(uri, { request: compose(flow), flow, alternatives: [] });
    else this.#beginBy(uri, this.#router.outside(nextHop(routes, uri), compose));
  }

  #composer(uri: string): (way: Flow) => SipRequest {
    const { recordRouteToken, added, routes } = this.#plan;
    return (way) =>
      forwardedRequest(this.#request, {
        uri,
        flow: way,
        branch: this.#context.identifiers.branch(),
        routes,
        recordRoutes: recordRouteToken === undefined ? [] : ownRecordRoutes(recordRouteToken, this.#call.flow, way),
        added,
      });
  }

  #beginBy(uri: string, routing: Promise<RoutedRequest>): void {
    this.#starting += 1;
    routing
      .then(
        (routed) => this.#begin(uri, routed),
        (error: unknown) => {
          if (!(error instanceof CommandRefused)) this.#context.log.error({ err: error }, 'cannot proxy a request');
          this.#refusals.push(this.#own(503, 'Service Unavailable'));
        },
      )
      .finally(() => {
        this.#starting -= 1;
        this.#advance();
      });
  }

  #begin(uri: string, { request, flow, alternatives }: RoutedRequest): void {
    // Answered or cancelled while the way was looked for.
    if (this.#settled || this.#cancelled) return;
    const branch: Branch = new Branch(this.#context, request, flow, this.#plan.patience, {
      response: (response) => this.#receive(branch, response),
      silent: (why) => this.#silent(uri, why, branch.heard ? [] : alternatives),
    });
    this.#branches.add(branch);
    branch.start();
  }

  #receive(branch: Branch, response: SipResponse): void {
    const { status } = response;
    if (status === 100) return;
    if (status < 200) {
      if (!this.#settled) this.#return(returnedResponse(response), branch.flow);
      return;
    }
    this.#user.answered(response, branch.flow);
    if (status < 300) {
      // Further 2xx belong to forks, or are repeated until their ACK: for INVITE all go back (RFC 3261 §16.7 step 5).
      if (!this.#settled || this.#request.method === 'INVITE') this.#return(returnedResponse(response), branch.flow);
      this.#settled = true;
      this.#closeOthers(branch);
    } else if (status < 400 && this.#plan.followRedirects) this.#redirect(response);
    else {
      this.#refusals.push(returnedResponse(response));
      if (status >= 600) this.#closeOthers(branch);
    }
    this.#advance();
  }

  #silent(uri: string, why: 'timeout' | 'transport-error', alternatives: readonly Destination[]): void {
    if (alternatives.length > 0 && !this.#settled && !this.#cancelled) {
      // The same target has another server (RFC 3263 §4.3).
      this.#beginBy(uri, this.#router.among(alternatives, this.#composer(uri)));
      return;
    }
    this.#refusals.push(why === 'timeout' ? this.#own(408, 'Request Timeout') : this.#own(503, 'Service Unavailable'));
    this.#advance();
  }

  #closeOthers(winner: Branch): void {
    this.#waiting.length = 0;
    for (const branch of this.#branches) if (branch !== winner) branch.cancel();
  }

  #redirect(response: SipResponse): void {
    const fresh = redirectTargets(response).filter((uri) => uriScheme(uri) === 'sip' && !this.#seen.has(uri));
    if (fresh.length === 0 || this.#cancelled) this.#refusals.push(returnedResponse(response));
    for (const uri of fresh) {
      if (this.#seen.size >= MAX_TARGETS) return;
      this.#seen.add(uri);
      this.#waiting.push(uri);
    }
  }

  #return(response: SipResponse, flow: Flow = this.#call.flow): void {
    this.#user.returned(response, flow);
    this.#responder.relay(this.#call, response);
  }
}
