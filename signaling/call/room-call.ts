import type { Call, MediaExchange } from './call.ts';

/** A call of a room, by SIP or H.323: what a conference needs to take it. */
export interface RoomCall extends Call {
  readonly protocol: 'sip' | 'h323';
  /** Who the far side is, over all of its calls: an address of record, an alias. */
  readonly remoteUri: string;
  /** The address that its packets come from; empty where not known yet. */
  readonly remoteAddress: string;
  /** The class code. */
  readonly target: string;
  /** The address of ours that the far side reaches. */
  readonly localAddress: string;
  /** The first exchange of media, to be completed or refused by whoever takes the call. */
  readonly invitation: MediaExchange;
  /** Does what must come before the invitation can be completed. Rejects where the call ends before. */
  prepare(): Promise<void>;
  /** Whether the far side still knows of the call. */
  probe(): Promise<boolean>;
}
