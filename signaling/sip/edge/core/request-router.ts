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
}

/** Finds the way of requests. */
export class RequestRouter {
  readonly #context: CoreContext;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Routes a request outside dialogs. @throws CommandRefused where there is no way */
  async outside(nextHop: string, compose: Compose): Promise<RoutedRequest> {
    const destination = await this.#locate(nextHop);
    return this.#finish(destination, await this.#flow(destination), compose);
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
      return { request: compose(flow), flow };
    }
    const destination = await this.#locate(proxy ?? nextHop);
    return this.#finish(destination, await this.#flow(destination, flow), compose);
  }

  #staysOnFlow({ behindNat, flow }: Dialog, nextHop: string): boolean {
    if (behindNat) return true;
    const uri = readSipUri(nextHop);
    if (!flow.reliable || uri === undefined || uri.host !== flow.remote.address) return false;
    // Devices that call by TCP often forget to say so in their Contact.
    return (uri.parameters.get('transport')?.toLowerCase() ?? 'tcp') === 'tcp';
  }

  #locate(uri: string): Promise<Destination> {
    return locate(uri, this.#context.transports, this.#context.resolveHost);
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

  async #finish(destination: Destination, flow: Flow, compose: Compose): Promise<RoutedRequest> {
    const request = compose(flow);
    const { tcpAbove, transports } = this.#context;
    const { remote, protocolNamed } = destination;
    if (tcpAbove === undefined || flow.reliable || protocolNamed || !transports.supports('tcp', remote.address)) {
      return { request, flow };
    }
    if (serializeMessage(request).length <= tcpAbove) return { request, flow };
    const stream = await this.#flow({ ...destination, protocol: 'tcp' });
    return { request: compose(stream), flow: stream };
  }
}
