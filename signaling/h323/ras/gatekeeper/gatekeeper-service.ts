import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import { StrangerLog } from '../../../log/stranger-log.ts';
import type { H323Guard } from '../../guard/h323-guard.ts';
import type { Admission, CallToAdmit } from '../admission.ts';
import { DISCOVERY, RasSocket, type ReceivedDatagram } from '../ras-socket.ts';
import { isAt } from './access.ts';
import type { ArrivedCall } from './call-arrival.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { arrive, gatekeeperAdmission, isWithUs } from './gatekeeper-admission.ts';
import type { GatekeeperEvent, GatekeeperOptions } from './options.ts';
import type { Registration } from './registry.ts';

/** ms between looks at what is due. */
const TICK = 500;

/** Rules of the gatekeeper, and its socket; clocks, identifiers and randomness are the machine's. */
export interface GatekeeperServiceOptions
  extends Omit<GatekeeperOptions, 'rasPort' | 'wallClock' | 'random' | 'newIdentifier' | 'output'> {
  /** Where RAS is taken: port 1719 by custom. */
  readonly listen: TransportAddress;
  /** Whether rooms that look for any gatekeeper find us (224.0.1.41:1718). */
  readonly multicast: boolean;
  /** Keeps off who is refused again and again; undefined where nobody is banned. */
  readonly guard?: H323Guard | undefined;
  /** Told of what happens, for metrics. */
  readonly event?: (event: GatekeeperEvent) => void;
  readonly log: Logger;
}

/** A call that came to us and is for nobody here. */
export interface WayQuestion extends ArrivedCall {
  /** Whom it is for. */
  readonly alias: string;
}

/** The gatekeeper on its sockets. */
export class GatekeeperService {
  readonly #options: GatekeeperServiceOptions;
  readonly #strangers: StrangerLog;
  #gatekeeper: Gatekeeper | undefined;
  #sockets: RasSocket[] = [];
  #ticking: NodeJS.Timeout | undefined;
  /** Whether what is read now came to all gatekeepers: others than us may be meant. */
  #isForAll = false;

  constructor(options: GatekeeperServiceOptions) {
    this.#options = options;
    this.#strangers = new StrangerLog(options.log);
  }

  /** Begins to answer rooms. Rejects where the port is taken. */
  async start(): Promise<void> {
    const { listen, multicast } = this.#options;
    const socket = await RasSocket.open(listen, (datagram) => this.#onDatagram(datagram, false));
    this.#sockets = [socket];
    const gatekeeper = new Gatekeeper({
      ...this.#options,
      rasPort: socket.address.port,
      wallClock: () => Math.floor(Date.now() / 1000),
      random: randomBytes,
      newIdentifier: randomUUID,
      output: { send: (data, to) => socket.send(data, to), event: (event) => this.#onEvent(event) },
    });
    this.#gatekeeper = gatekeeper;
    this.#ticking = setInterval(() => gatekeeper.tick(performance.now()), TICK);
    if (multicast) {
      const group = { address: '0.0.0.0', port: DISCOVERY.port };
      this.#sockets.push(
        await RasSocket.open(group, (datagram) => this.#onDatagram(datagram, true), DISCOVERY.address),
      );
    }
  }

  /** Where RAS is taken; port 0 before `start`. */
  get address(): TransportAddress {
    return this.#sockets[0]?.address ?? { ...this.#options.listen, port: 0 };
  }

  /** The room that has an alias: it is called at the first of its `callSignalAddresses`. */
  lookup(alias: string): Registration | undefined {
    return this.#gatekeeper?.lookup(alias);
  }

  /** Where a call goes on to that a registered room made, with or without asking, to another one; undefined where it is none. */
  way({ alias, ...call }: WayQuestion): TransportAddress | undefined {
    const room = this.#gatekeeper?.lookup(alias);
    const caller = room && this.#gatekeeper?.arrived(call, room.endpointIdentifier, performance.now());
    const isKnown = caller !== undefined || this.registrations().some((one) => isAt(one, call.remoteAddress));
    return isKnown ? room?.callSignalAddresses[0] : undefined;
  }

  registrations(): Registration[] {
    return this.#gatekeeper?.registry.all() ?? [];
  }

  /** Calls of rooms, and the 100 bit/s that they were granted. */
  usage(): { readonly calls: number; readonly bandwidth: number } {
    return { calls: this.#gatekeeper?.calls.size ?? 0, bandwidth: this.#gatekeeper?.calls.bandwidth ?? 0 };
  }

  /** For the calls of our own application: rooms are found, and told when calls are over. */
  admission(): Admission {
    return gatekeeperAdmission(
      () => this.#gatekeeper,
      () => performance.now(),
    );
  }

  /** Whether a call is one with a room that is registered here. */
  isWithUs(call: CallToAdmit): boolean {
    if (this.#gatekeeper === undefined) {
      return false;
    }
    arrive(call, this.#gatekeeper, performance.now());
    return isWithUs(call, this.#gatekeeper);
  }

  /** Tells rooms that we go, and takes no more. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#gatekeeper?.close(performance.now());
    this.#gatekeeper = undefined;
    await Promise.all(this.#sockets.splice(0).map((socket) => socket.close()));
  }

  #onDatagram(datagram: ReceivedDatagram, isMulticast: boolean): void {
    if (this.#options.guard?.takesDatagram(datagram.from.address) === false) {
      return;
    }
    this.#isForAll = isMulticast;
    this.#gatekeeper?.receive({ ...datagram, isMulticast, now: performance.now() });
  }

  #onEvent(event: GatekeeperEvent): void {
    const { log } = this.#options;
    this.#options.event?.(event);
    if (!this.#isForAll) {
      this.#options.guard?.registering(event);
    }
    switch (event.type) {
      case 'refused': {
        const { request, why, address } = event;
        this.#strangers.line(address, () =>
          log.info({ event: 'ras-refused', request, why, from: address }, 'a request of a room is refused'),
        );
        break;
      }
      case 'unreadable':
      case 'limited':
        log.debug({ event: `ras-${event.type}`, from: event.address }, 'a datagram for the gatekeeper is dropped');
        break;
      default: {
        const { endpointIdentifier, sourceAddress, product, timeToLive } = event.registration;
        log.info(
          { event: `ras-${event.type}`, endpoint: endpointIdentifier, from: sourceAddress, product, timeToLive },
          'a registration changed',
        );
      }
    }
  }
}
