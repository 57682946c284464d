import type { TransportAddress } from '#codecs/media/description.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasUser } from '../security/ras-user.ts';
import type { BandwidthLimits } from './admitted-calls.ts';
import type { Registration } from './registry.ts';

/** How rooms call each other: by themselves, or through our call signalling. */
export type RoomToRoom = 'direct' | 'routed';

/** Whom the gatekeeper takes, what it grants, and where its answers go. */
export interface GatekeeperOptions {
  /** Our name, 1 to 128 characters. */
  readonly gatekeeperIdentifier: string;
  /** Port where we take RAS: 1719 by custom. */
  readonly rasPort: number;
  /** Port where we take calls. */
  readonly callSignalPort: number;
  /** Who may register with a password. */
  readonly users: readonly RasUser[];
  /** Whether rooms without password may register too. */
  readonly authentication: 'required' | 'optional';
  /** Seconds: what a room gets that asks for nothing, and the least and most that it may ask for. */
  readonly timeToLive: { readonly usual: number; readonly minimum: number; readonly maximum: number };
  readonly roomToRoom: RoomToRoom;
  /** Whether rooms may call addresses where nobody is registered; by themselves then. */
  readonly callsOutside: boolean;
  readonly bandwidth: BandwidthLimits;
  /** Whether rooms may call and take calls without asking each time (preGrantedARQ); their calls come to us then. */
  readonly preGranted: boolean;
  /** Gatekeepers that rooms may turn to when we are gone, in their order. */
  readonly alternates: readonly TransportAddress[];
  /** Addresses of other gatekeepers that may ask where a room is (LRQ); `any` for all. */
  readonly neighbours: readonly string[] | 'any';
  /** Whether what was dialled is ours to take: a class code, whatever stands behind it. */
  readonly isOurs: (alias: string) => boolean;
  /** Seconds since 1970. */
  readonly wallClock: () => number;
  /** Random octets. */
  readonly random: (octets: number) => Uint8Array;
  /** A new endpointIdentifier, 1 to 128 characters. */
  readonly newIdentifier: () => string;
  readonly output: GatekeeperOutput;
}

/** What a gatekeeper does and tells. */
export interface GatekeeperOutput {
  send(data: Buffer, to: TransportAddress): void;
  event(event: GatekeeperEvent): void;
}

/** What happened, for log and metrics. */
export type GatekeeperEvent =
  | { readonly type: 'registered' | 'unregistered' | 'expired' | 'replaced'; readonly registration: Registration }
  | { readonly type: 'refused'; readonly request: string; readonly why: string; readonly address: string }
  | { readonly type: 'unreadable' | 'limited'; readonly address: string };

/** A request and where it came from. */
export interface Arrival {
  readonly data: Uint8Array;
  readonly from: TransportAddress;
  /** The address of ours that its sender reaches. */
  readonly localAddress: string;
  /** ms. */
  readonly now: number;
}

/** The version that we speak to rooms: every one of the last twenty years reads it. */
export const PROTOCOL: H225<'ProtocolIdentifier'> = '0.0.8.2250.0.5';
