import type { IncomingChannel } from './incoming-channel.ts';
import type { Role } from './master-slave.ts';
import type { H245Message } from './message.ts';
import type { OutgoingChannel } from './outgoing-channel.ts';
import type { H245 } from './types.ts';

/** Which flow a limit is set for: a channel, or all of them together. */
export type FlowScope = number | 'all';

/** A mode that was asked for and will be sent. */
export interface ModeAnswer {
  readonly isMostPreferred: boolean;
  /** Sends it from now on; called when the answer has left. */
  begin(): void;
}

/** What a session of H.245 tells whoever holds it. */
export interface SessionOutput {
  send(message: H245Message): void;
  /** Master and slave are determined, and either side has the other's capabilities: channels may be opened. */
  established(role: Role): void;
  /** Their capabilities; `isEmpty` where they can receive nothing for now (H.323 §8.4.6). */
  capabilities(capabilities: H245<'TerminalCapabilitySet'>, isEmpty: boolean): void;
  /** They open a channel: it must be accepted or refused. */
  channelOffered(channel: IncomingChannel): void;
  /** They closed a channel of theirs. */
  channelClosed(channel: IncomingChannel): void;
  channelOpened(channel: OutgoingChannel, ack: H245<'OpenLogicalChannelAck'>): void;
  channelRefused(channel: OutgoingChannel, cause: string): void;
  /** A channel of ours is closed, because we or they wanted it. */
  ownChannelClosed(channel: OutgoingChannel): void;
  /** A picture command or indication of a channel (H.245 §B.13.5, §B.14.4). */
  miscellaneous(
    message: H245<'MiscellaneousCommand'> | H245<'MiscellaneousIndication'>,
    kind: 'command' | 'indication',
  ): void;
  /** They want to be sent at most so many bit/s; undefined where the limit is lifted. */
  flowControl(scope: FlowScope, bitRate: number | undefined, kind: 'command' | 'indication'): void;
  /** Keys were pressed: alphanumeric text, or a signal with its duration in ms where it is told. */
  userInput(digits: string, duration: number | undefined): void;
  /** They want us to send other modes; undefined where we cannot send any of them. */
  modeRequested(modes: H245<'RequestMode'>['requestedModes']): ModeAnswer | undefined;
  /** A message that belongs to no procedure here: conference control, non-standard and generic messages. Whether it was dealt with. */
  other(message: H245Message): boolean;
  /** ms. */
  roundTrip(time: number): void;
  /** A round trip that was asked for at `askedAt` (ms) has not been answered. Some rooms never answer one. */
  roundTripUnanswered(askedAt: number): void;
  /** A procedure came to nothing: the call cannot go on. */
  failed(procedure: 'master-slave' | 'capabilities', why: string): void;
  /** They end the session. */
  ended(): void;
}
