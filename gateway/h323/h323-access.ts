import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { EndReason } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import type { H323Trace } from '#signaling/call/trace.ts';
import { H323Application } from '#signaling/h323/application/h323-application.ts';
import type { RasEndpointState } from '#signaling/h323/ras/endpoint/options.ts';
import { StrangerLog } from '#signaling/log/stranger-log.ts';
import type { Conference } from '../conference/conference.ts';
import { addressOfHost } from '../conference/sip-reception.ts';
import type { Configuration } from '../configuration/schema.ts';
import { addH323GuardMetrics } from '../http/guard-metrics.ts';
import { RasMetrics } from '../http/ras-metrics.ts';
import type { BanLists } from '../registration/ban-lists.ts';
import { h323Guard } from '../registration/h323-guard.ts';
import { addressOfCaller } from './address-of-caller.ts';
import { readDialledAddress, writeDialledAddress } from './dialled-address.ts';
import { H323Reception, type H323Witness } from './h323-reception.ts';
import { RasAccess } from './ras-access.ts';

/** `h323` of the configuration, and the lessons that its calls go into. */
export interface H323AccessOptions {
  readonly keys: Configuration['h323'];
  readonly conference: Conference;
  /** Whether a class has this code. */
  readonly isClass: (code: string) => boolean;
  readonly endGhosts: (caller: RoomCall) => boolean;
  /** Where bans of H.323 are listed. */
  readonly bans: BanLists;
  readonly metrics: Registry;
  readonly log: Logger;
  /** Is told of every message of a call. */
  readonly trace: H323Trace | undefined;
  /** Is told what becomes of calls. */
  readonly witness: H323Witness | undefined;
}

/** Whom to call into which class. */
export interface H323Request {
  /** As `readDialledAddress` reads it, or the alias of a room that is registered. */
  readonly to: string;
  readonly target: string;
  readonly displayName: string;
  /** It takes the place of a party that was in a lesson just now. */
  readonly returns: boolean;
}

/** H.323 as the service has it: its application, who takes its calls, and RAS. */
export class H323Access {
  readonly #application: H323Application;
  readonly #reception: H323Reception;
  readonly #ras: RasAccess;

  private constructor(options: H323AccessOptions) {
    const { keys, conference, isClass, endGhosts, bans, metrics, log, trace, witness } = options;
    const guard = h323Guard(keys, log);
    if (guard !== undefined) {
      addH323GuardMetrics(metrics, guard);
      bans.add('h323', guard);
    }
    const counted = new RasMetrics({ registry: metrics, ras: () => this.#ras });
    this.#ras = new RasAccess({
      keys,
      isClass,
      drop: (callIdentifier) => this.#application.drop(callIdentifier),
      guard,
      event: (event) => counted.happened(event),
      log: log.child({ part: 'ras' }),
    });
    this.#application = new H323Application({
      listen: { address: keys.address, port: keys.port },
      h245Ports: { from: keys.controlPortFrom, to: keys.controlPortTo },
      capabilities: conference.capabilities,
      displayName: 'Classbridge',
      tunnelling: keys.tunnelling,
      fastStart: keys.fastStart,
      admission: this.#ras.admission(),
      way: (call) => (isClass(call.alias) ? undefined : this.#ras.way(call)),
      isGatekeeper: (address) => this.#ras.isGatekeeper(address),
      guard,
      log,
      trace,
    });
    guard?.protect({
      stands: (source) => this.#application.isInCallWith(source) || this.#ras.hasRoomAt(source),
      close: (source) => this.#application.closeFrom(source),
    });
    const strangers = new StrangerLog(log);
    this.#reception = new H323Reception({
      conference,
      application: this.#application,
      endGhosts,
      strangers,
      addressOf: (call) => addressOfCaller(call, (alias) => this.#ras.addressOf(alias)),
      witness,
      log,
    });
    this.#application.on('call', (call) => this.#reception.take(call));
  }

  /** Begins to take calls; undefined where H.323 is switched off. Rejects where a port is taken. */
  static async open(options: H323AccessOptions): Promise<H323Access | undefined> {
    if (!options.keys.enabled) {
      return undefined;
    }
    const access = new H323Access(options);
    await access.#application.start();
    await access.#ras.start();
    return access;
  }

  /** Whether this is somebody who is called by H.323: an address of it, or a room that is registered at our gatekeeper. */
  isDialled(to: string): boolean {
    return readDialledAddress(to) !== undefined || this.#ras.isRegistered(to);
  }

  /** How our registration at a gatekeeper above us stands; undefined where none is wanted. */
  get upstream(): RasEndpointState | undefined {
    return this.#ras.upstream;
  }

  /** Calls a room into a class. Rejects where no way leads there. */
  async dial(to: string, target: string, displayName: string): Promise<{ readonly id: string } | EndReason> {
    const call = await this.call({ to, target, displayName, returns: false });
    return typeof call === 'string' ? call : { id: call.id };
  }

  /** The same, resolving to the call. */
  async call({ to, target, displayName, returns }: H323Request): Promise<RoomCall | EndReason> {
    const dialled = readDialledAddress(to) ?? { alias: to, host: undefined, port: 0 };
    const { host, port, alias } = dialled;
    const address = host === undefined ? undefined : { address: await addressOfHost(host), port };
    // A room that is registered here is not, at first, with the gateway that comes after this one.
    const known = host === undefined && alias !== undefined ? this.#ras.addressOf(alias) : undefined;
    const uri = writeDialledAddress(known === undefined ? dialled : { alias, host: known.address, port: known.port });
    return await this.#reception.dial({ address, alias, target, displayName }, { uri, returns });
  }

  /** Ends what is left of calls and takes no more. */
  async close(): Promise<void> {
    await this.#application.close();
    await this.#ras.close();
  }
}
