import type { Logger } from 'pino';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import type { H323Trace } from '../../call/trace.ts';
import type { MediaControlOutput } from '../media/media-control-output.ts';
import type { CallSignallingOptions } from './call-signalling-options.ts';
import type { SignallingOutput } from './signalling-output.ts';

/** A call's place on a connection of call signalling. */
export interface Carrier {
  readonly signalling: CallSignallingOptions;
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** Sends a packet on the call signalling connection. */
  readonly send: (packet: Buffer) => void;
  /** The call is over and its connection no longer needed for it. */
  readonly released: () => void;
}

/** What a call is made with before anything is agreed on, whoever calls. */
export interface CallAttemptOptions extends Carrier {
  /** The call identifier in hexadecimal. */
  readonly id: string;
  readonly local: LocalCapabilities;
  /** TCP ports for H.245 connections of their own. */
  readonly h245Ports: { readonly from: number; readonly to: number };
  /** ms. */
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
  /** Is told of messages on an H.245 connection of its own: those of call signalling whoever holds that connection sees. */
  readonly trace?: H323Trace | undefined;
}

/** What an attempt tells whoever holds it. */
export interface CallAttemptOutput
  extends Pick<
      SignallingOutput,
      'tunnelOpened' | 'fastStart' | 'fastStartRefused' | 'ringing' | 'connected' | 'forwarded' | 'released'
    >,
    Omit<MediaControlOutput, 'refused' | 'fastStartChosen'> {
  /** Keys were pressed: 0-9, *, #, A-D. */
  digits(digits: string): void;
}
