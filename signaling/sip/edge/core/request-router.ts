import type { Dialog } from '../dialog/dialog.ts';
import type { SipRequest } from '../message/message.ts';
import { serializeMessage } from '../message/serializer.ts';
import { readSipUri } from '../message/uri.ts';
import type { Flow } from '../transport/transport.ts';
import { CommandRefused } from './application.ts';
import type { CoreContext } from './context.ts';
import { type Destination, locate } from './locate.ts';

/** Makes a request for a flow: Via and Contact depend on it. */
export type Compose = (flow: Flow) => SipRequest;

/** A request with the way it goes. */
export interface RoutedRequest {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Where to try next when that fails (RFC 3263 §4.3). */
  readonly alternatives: readonly Destination[];
}

/** Finds the way of requests. */
export class RequestRouter {
  readonly #context: CoreContext;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Routes a request outside dialogs. @throws CommandRefused where there is no way */
  async outside(nextHop: string, compose: Compose): Promise<RoutedRequest> {
    return this.#route(await this.#locate(nextHop), compose);
  }

  /** Routes a request to the first of these destinations that can be reached. @throws CommandRefused where there is none */
  among(destinations: readonly Destination[], compose: Compose): Promise<RoutedRequest> {
    return this.#route(destinations, compose);
  }

  /**
   * Routes a request within a dialog. A peer behind a NAT, or one whose connection stands, is reached by the flow of its
   * latest message; others by what the next hop's URI says.
   * @param proxy overrides the next hop
   * @throws CommandRefused where there is no way
   */
  async inside(dialog: Dialog, proxy: string | undefined, compose: Compose): Promise<RoutedRequest> {
    const { nextHop, routes } = dialog.routing();
    const { flow } = dialog;
    if (proxy === undefined && routes.length === 0 && flow.open && this.#staysOnFlow(dialog, nextHop)) {
      return { request: compose(flow), flow, alternatives: [] };
    }
    return this.#route(await this.#locate(proxy ?? nextHop), compose, flow);
  }

  /** The first of these destinations that a flow leads to. @throws CommandRefused where there is none */
  async flowToAny(
    destinations: readonly Destination[],
    preferred?: Flow,
  ): Promise<{ flow: Flow; destination: Destination; alternatives: readonly Destination[] }> {
    let refusal = new CommandRefused('requested protocol/transport not available');
    for (const [index, destination] of destinations.entries()) {
      try {
        const flow = await this.#flow(destination, preferred);
        return { flow, destination, alternatives: destinations.slice(index + 1) };
      } catch (error) {
        if (!(error instanceof CommandRefused)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  #staysOnFlow({ behindNat, flow }: Dialog, nextHop: string): boolean {
    if (behindNat) return true;
    const uri = readSipUri(nextHop);
    if (!flow.reliable || uri === undefined || uri.host !== flow.remote.address) return false;
    // Devices that call by TCP often forget to say so in their Contact.
    return (uri.parameters.get('transport')?.toLowerCase() ?? 'tcp') === 'tcp';
  }

  #locate(uri: string): Promise<Destination[]> {
    const { transports, resolver, identifiers } = this.#context;
    return locate(uri, {
      supports: (protocol, address) => transports.supports(protocol, address),
      resolver,
      random: () => identifiers.fraction(),
    });
  }

  async #flow({ protocol, remote }: Destination, preferred?: Flow): Promise<Flow> {
    try {
      const flow = await this.#context.transports.flowTo(protocol, remote, preferred);
      if (flow !== undefined) return flow;
    } catch (error) {
      this.#context.log.warn({ err: error, remote }, 'no route to SIP peer');
      throw new CommandRefused(`no route to ${remote.address}`);
    }
    throw new CommandRefused('requested protocol/transport not available');
  }

  async #route(destinations: readonly Destination[], compose: Compose, preferred?: Flow): Promise<RoutedRequest> {
    const { flow, destination, alternatives } = await this.flowToAny(destinations, preferred);
    const request = compose(flow);
    const { tcpAbove, transports } = this.#context;
    const { remote, protocolNamed } = destination;
    if (tcpAbove === undefined || flow.reliable || protocolNamed || !transports.supports('tcp', remote.address)) {
      return { request, flow, alternatives };
    }
    if (serializeMessage(request).length <= tcpAbove) return { request, flow, alternatives };
    const stream = await this.#flow({ ...destination, protocol: 'tcp' });
    return { request: compose(stream), flow: stream, alternatives };
  }
}
