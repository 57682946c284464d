import type { Logger } from 'pino';
import type { EndReason } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import { H323Application } from '#signaling/h323/application/h323-application.ts';
import { StrangerLog } from '#signaling/log/stranger-log.ts';
import type { Conference } from '../conference/conference.ts';
import { addressOfHost } from '../conference/sip-reception.ts';
import type { Configuration } from '../configuration/schema.ts';
import { H323Reception } from './h323-reception.ts';

export interface H323AccessOptions {
  readonly keys: Configuration['h323'];
  readonly conference: Conference;
  readonly endGhosts: (caller: RoomCall) => boolean;
  readonly log: Logger;
}

/** `h323:ALIAS@HOST:PORT`, of which alias and port may be left out. */
const DIALLED = /^h323:(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/i;
const PORT = 1720;

/** H.323 as the service has it: its application, and who takes its calls. */
export class H323Access {
  readonly #application: H323Application;
  readonly #reception: H323Reception;

  private constructor({ keys, conference, endGhosts, log }: H323AccessOptions) {
    this.#application = new H323Application({
      listen: { address: keys.address, port: keys.port },
      h245Ports: { from: keys.controlPortFrom, to: keys.controlPortTo },
      capabilities: conference.capabilities,
      displayName: 'Classbridge',
      tunnelling: keys.tunnelling,
      fastStart: keys.fastStart,
      log,
    });
    const strangers = new StrangerLog(log);
    this.#reception = new H323Reception({ conference, application: this.#application, endGhosts, strangers, log });
    this.#application.on('call', (call) => this.#reception.take(call));
  }

  /** Whether this is an address that is called by H.323. */
  static isDialled(to: string): boolean {
    return DIALLED.test(to);
  }

  /** Begins to take calls; undefined where H.323 is switched off. Rejects where the port is taken. */
  static async open(options: H323AccessOptions): Promise<H323Access | undefined> {
    if (!options.keys.enabled) {
      return undefined;
    }
    const access = new H323Access(options);
    await access.#application.start();
    return access;
  }

  /** Calls a room into a class. Rejects where no way leads there. */
  async dial(to: string, target: string, displayName: string): Promise<{ readonly id: string } | EndReason> {
    const [, alias, host = '', port] = DIALLED.exec(to) ?? [];
    const address = await addressOfHost(host);
    const call = await this.#reception.dial({
      address: { address, port: port === undefined ? PORT : Number(port) },
      alias,
      target,
      displayName,
    });
    return typeof call === 'string' ? call : { id: call.id };
  }

  /** Ends what is left of calls and takes no more. */
  async close(): Promise<void> {
    await this.#application.close();
  }
}
