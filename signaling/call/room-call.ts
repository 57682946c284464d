import type { Call, MediaExchange } from './call.ts';

/** Somebody in a lesson, as the MC of an H.323 conference numbers him. */
export interface Terminal {
  /** 1 to 192, his own while he is there (H.245, TerminalNumber). */
  readonly number: number;
  readonly name: string;
}

/** Everybody in a lesson, and which of them the far side is. */
export interface TerminalList {
  readonly own: number;
  readonly terminals: readonly Terminal[];
}

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
  /** Tells the room who is in its lesson, in dialects that have words for it. */
  showTerminals?(list: TerminalList): void;
  /** Whether the far side still knows of the call. */
  probe(): Promise<boolean>;
  /** The newest of its media came `ago` ms ago; for dialects that find out by themselves whether the far side is there. */
  mediaHeard?(ago: number): void;
}
