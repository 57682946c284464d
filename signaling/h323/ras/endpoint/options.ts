import type { TransportAddress } from '#codecs/media/description.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasUser } from '../security/ras-user.ts';

/** At which gatekeepers we register, as what, and how. */
export interface RasEndpointOptions {
  /** Gatekeepers in the order in which they are tried; at least one. Multicast for whoever answers. */
  readonly gatekeepers: readonly TransportAddress[];
  /** Whether a gatekeeper is asked by GatekeeperRequest first; else it is registered at straight away. */
  readonly discovery: boolean;
  /** The gatekeeper's name, where only that one will do. */
  readonly gatekeeperIdentifier: string | undefined;
  /** Class codes and names that calls come to us by. */
  readonly aliases: readonly H225<'AliasAddress'>[];
  /** First digits of numbers that all come to us: with any we register as a gateway. */
  readonly prefixes: readonly string[];
  /** Where we take calls. */
  readonly callSignalAddress: TransportAddress;
  /** Where we take RAS. */
  readonly rasAddress: TransportAddress;
  /** Seconds that we ask for. */
  readonly timeToLive: number;
  /** Who we are to the gatekeeper; undefined where it asks for no password. */
  readonly user: RasUser | undefined;
  /** What becomes of calls while we are registered nowhere. */
  readonly unregisteredCalls: 'admitted' | 'refused';
  /** Seconds since 1970. */
  readonly wallClock: () => number;
  /** Random octets. */
  readonly random: (octets: number) => Uint8Array;
  /** 0 to 1. */
  readonly chance: () => number;
  readonly output: RasEndpointOutput;
}

/** `discovering`, `registering`: under way. `waiting`: failed, tried again later. */
export type RasEndpointState = 'idle' | 'discovering' | 'registering' | 'registered' | 'waiting';

/** Where an endpoint's datagrams and news go. */
export interface RasEndpointOutput {
  send(data: Buffer, to: TransportAddress): void;
  /** `detail`: the gatekeeper's reason, or `timeout`; empty where there is none. */
  changed(state: RasEndpointState, detail: string): void;
  /** The gatekeeper ends a call of ours. */
  drop(callIdentifier: Uint8Array): void;
}
