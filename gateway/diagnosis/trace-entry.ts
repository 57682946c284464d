import type { MediaDescription } from '#codecs/media/description.ts';
import type { LocalCapabilities, NegotiatedMedia } from '#codecs/media/negotiated.ts';
import type { LegEvent } from '#mcu/engine/leg-event.ts';
import type { H323Channel, MessageDirection, MessageWay } from '#signaling/call/trace.ts';
import type { FlowFigures } from './flow-figures.ts';

/** A SIP message as it came or left. */
export interface SipEntry extends MessageWay {
  readonly kind: 'sip';
  /** Unix time, ms. */
  readonly at: number;
  readonly direction: MessageDirection;
  /** One character per byte. */
  readonly text: string;
}

/** A message of H.225.0 or H.245 as it came or left. */
export interface H323Entry extends MessageWay {
  readonly kind: 'h323';
  /** Unix time, ms. */
  readonly at: number;
  readonly direction: MessageDirection;
  readonly channel: H323Channel;
  /** The contents of a TPKT packet. */
  readonly packet: Uint8Array;
}

/** A message on a page's WebSocket: JSON. */
export interface PageEntry {
  readonly kind: 'page';
  readonly at: number;
  readonly direction: MessageDirection;
  readonly text: string;
}

/** What offer and answer came to. It is put into words when somebody reads it. */
export interface NegotiationEntry {
  readonly kind: 'negotiation';
  readonly at: number;
  /** Whose offer it was. */
  readonly offerer: 'peer' | 'us';
  readonly offer: MediaDescription;
  /** Undefined where nothing is in common. */
  readonly answer: MediaDescription | undefined;
  readonly capabilities: LocalCapabilities;
  readonly media: NegotiatedMedia;
}

/** Something that was decided or happened, in words. */
export interface NoteEntry {
  readonly kind: 'note';
  readonly at: number;
  readonly words: string;
}

/** RTCP and key frame requests, as the engine tells them; `at` is Unix time in ms. */
export type MediaEntry = LegEvent;

/** What flowed, once a second. */
export interface FiguresEntry {
  readonly kind: 'figures';
  readonly at: number;
  readonly figures: FlowFigures;
}

/** What signalling and conference tell. */
export type SignallingEntry = SipEntry | H323Entry | PageEntry | NegotiationEntry | NoteEntry;
/** Anything that is kept of a call. */
export type TraceEntry = SignallingEntry | MediaEntry | FiguresEntry;
