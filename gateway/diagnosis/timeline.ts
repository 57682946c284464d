import { negotiationRemarks } from '#codecs/media/remarks.ts';
import type { MessageDirection, MessageWay } from '#signaling/call/trace.ts';
import type { CallTrace } from './call-trace.ts';
import { describeRtcp } from './describe-rtcp.ts';
import type { FlowFigures } from './flow-figures.ts';
import { type H323Event, h323Event } from './h323-event.ts';
import { maskPage } from './mask-json.ts';
import { maskSip } from './mask-sip.ts';
import type { NegotiationEntry, SipEntry, TraceEntry } from './trace-entry.ts';

interface Timed {
  /** Unix time, ms. */
  readonly at: number;
}

/** A SIP message without its secrets. */
export interface SipEvent extends Timed, MessageWay {
  readonly kind: 'sip';
  readonly direction: MessageDirection;
  /** The same octets went the same way before. */
  readonly repeated: boolean;
  /** One character per byte. */
  readonly text: string;
}
/** A message of a page without its secrets. */
export interface PageEvent extends Timed {
  readonly kind: 'page';
  readonly direction: MessageDirection;
  readonly message: unknown;
}
/** What offer and answer came to. */
export interface NegotiationEvent extends Timed {
  readonly kind: 'negotiation';
  readonly offerer: NegotiationEntry['offerer'];
  readonly agreed: boolean;
  readonly remarks: readonly string[];
}
/** What was decided, in words. */
export interface NoteEvent extends Timed {
  readonly kind: 'note';
  readonly words: string;
}
/** An RTCP datagram. */
export interface RtcpEvent extends Timed {
  readonly kind: 'rtcp';
  readonly direction: MessageDirection;
  readonly media: 'audio' | 'video';
  readonly localPort: number;
  readonly remote: { readonly address: string; readonly port: number };
  readonly packets: readonly string[];
  /** Reports that come all the time, and nothing else. */
  readonly isRegular: boolean;
  readonly bytes: Uint8Array;
}
/** A step of a key frame request, in words. */
export interface KeyFrameEvent extends Timed {
  readonly kind: 'key-frame';
  readonly words: string;
}
/** What flowed in a second. */
export interface FiguresEvent extends Timed {
  readonly kind: 'figures';
  readonly figures: FlowFigures;
}
/** Anything that a trace tells. */
export type TimelineEvent =
  | SipEvent
  | H323Event
  | PageEvent
  | NegotiationEvent
  | NoteEvent
  | RtcpEvent
  | KeyFrameEvent
  | FiguresEvent;

/** What a trace holds for people and programs outside: by time, put into words, without secrets. The one way out of a trace. */
export function timeline(trace: CallTrace): TimelineEvent[] {
  const seen = new Set<string>();
  return trace.entries().map((entry) => eventOf(entry, seen));
}

function eventOf(entry: TraceEntry, seen: Set<string>): TimelineEvent {
  switch (entry.kind) {
    case 'sip':
      return sipEvent(entry, seen);
    case 'h323':
      return h323Event(entry);
    case 'page':
      return { kind: 'page', at: entry.at, direction: entry.direction, message: maskPage(entry.text) };
    case 'negotiation':
      return negotiationEvent(entry);
    case 'rtcp':
      return { ...entry, ...describeRtcp(entry.bytes) };
    case 'key-frame':
      return { kind: 'key-frame', at: entry.at, words: keyFrameWords(entry) };
    case 'note':
    case 'figures':
      return entry;
  }
}

/** Repetitions are the same octets (RFC 3261 §17.1.1.2): nothing has to be noted when they are sent. */
function sipEvent({ at, direction, protocol, local, remote, text }: SipEntry, seen: Set<string>): SipEvent {
  const key = `${direction} ${remote.address} ${remote.port} ${text}`;
  const repeated = seen.has(key);
  seen.add(key);
  return { kind: 'sip', at, direction, protocol, local, remote, repeated, text: maskSip(text) };
}

function negotiationEvent({ at, offerer, offer, answer, capabilities, media }: NegotiationEntry): NegotiationEvent {
  const agreed = media.streams.length > 0 || (offerer === 'peer' && answer !== undefined);
  const remarks =
    offerer === 'peer'
      ? negotiationRemarks(offer, capabilities, media)
      : answer === undefined
        ? ['no answer that can be read']
        : negotiationRemarks(answer, offer, media);
  return { kind: 'negotiation', at, offerer, agreed, remarks };
}

function keyFrameWords({ step, way, waited }: Extract<TraceEntry, { kind: 'key-frame' }>): string {
  const how = way === undefined ? '' : ` by ${way === 'signalling' ? 'signalling' : way.toUpperCase()}`;
  const after = waited === undefined ? '' : ` after ${Math.round(waited)} ms`;
  switch (step) {
    case 'asked':
      return `key frame asked of the peer${how}`;
    case 'came':
      return `key frame of the peer came${after}`;
    case 'wanted':
      return `the peer asks for a key frame${how}`;
    case 'given':
      return `key frame sent to the peer${after}`;
  }
}
