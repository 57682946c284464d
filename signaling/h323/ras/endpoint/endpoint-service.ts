import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import { localAddressTowards } from '../../../network/local-address.ts';
import type { Admission, Refused } from '../admission.ts';
import { RasSocket } from '../ras-socket.ts';
import type { RasEndpointOptions, RasEndpointState } from './options.ts';
import { admissionBy, RasEndpoint } from './ras-endpoint.ts';

/** ms between looks at what is due. */
const TICK = 200;
const NOT_STARTED: Refused = { outcome: 'refused', reason: 'unreachable', detail: 'not started' };

/** How we register, and on which socket; clocks and randomness are the machine's. */
export interface EndpointServiceOptions
  extends Omit<RasEndpointOptions, 'callSignalAddress' | 'rasAddress' | 'wallClock' | 'random' | 'chance' | 'output'> {
  /** Where our RAS socket is; port 0 for any. An address of all interfaces is replaced by the one that gatekeepers reach. */
  readonly listen: TransportAddress;
  /** Port where we take calls. */
  readonly callSignalPort: number;
  readonly log: Logger;
}

/** Our registration at a gatekeeper, on its socket. `drop`: the gatekeeper ends a call, by its callIdentifier in hexadecimal. */
export class EndpointService extends EventEmitter<{
  drop: [callIdentifier: string];
  state: [state: RasEndpointState, detail: string];
}> {
  readonly #options: EndpointServiceOptions;
  #endpoint: RasEndpoint | undefined;
  #socket: RasSocket | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: EndpointServiceOptions) {
    super();
    this.#options = options;
  }

  get state(): RasEndpointState {
    return this.#endpoint?.state ?? 'idle';
  }

  /** Whether an address is that of the gatekeeper where we are registered now. */
  isGatekeeper(address: string): boolean {
    return this.#endpoint?.gatekeeper?.address === address;
  }

  /** Opens the socket and begins to register. Rejects where the port is taken or no way leads to a gatekeeper. */
  async start(): Promise<void> {
    const { listen, callSignalPort, gatekeepers, log } = this.#options;
    const [first] = gatekeepers;
    if (first === undefined) {
      throw new RangeError('no gatekeeper to register at');
    }
    const socket = await RasSocket.open(listen, ({ data, from }) =>
      this.#endpoint?.receive(data, from, performance.now()),
    );
    this.#socket = socket;
    const isWild = listen.address === '0.0.0.0' || listen.address === '::';
    const address = isWild ? await localAddressTowards(first.address) : listen.address;
    const endpoint = new RasEndpoint({
      ...this.#options,
      callSignalAddress: { address, port: callSignalPort },
      rasAddress: { address, port: socket.address.port },
      wallClock: () => Math.floor(Date.now() / 1000),
      random: randomBytes,
      chance: Math.random,
      output: {
        send: (data, to) => socket.send(data, to),
        changed: (state, detail) => {
          const level = state === 'waiting' ? 'warn' : 'info';
          log[level]({ event: `gatekeeper-${state}`, detail }, 'our registration at a gatekeeper changed');
          this.emit('state', state, detail);
        },
        drop: (callIdentifier) => this.emit('drop', Buffer.from(callIdentifier).toString('hex')),
      },
    });
    this.#endpoint = endpoint;
    this.#ticking = setInterval(() => endpoint.tick(performance.now()), TICK);
    endpoint.start(performance.now());
  }

  /** For the calls of our application. While nothing is started, calls are refused. */
  admission(): Admission {
    const admission = (): Admission | undefined =>
      this.#endpoint === undefined ? undefined : admissionBy(this.#endpoint, () => performance.now());
    return {
      admit: (call) => admission()?.admit(call) ?? Promise.resolve(NOT_STARTED),
      release: (call) => admission()?.release(call),
    };
  }

  /** Takes leave of the gatekeeper. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#endpoint?.stop();
    this.#endpoint = undefined;
    await this.#socket?.close();
    this.#socket = undefined;
  }
}
