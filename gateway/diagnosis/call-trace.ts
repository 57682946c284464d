import type { CallDirection, EndReason, Protocol } from '#signaling/call/call.ts';
import { BoundedLog } from './bounded-log.ts';
import { FigureHistory } from './figure-history.ts';
import type { FlowFigures } from './flow-figures.ts';
import type { MediaEntry, SignallingEntry, TraceEntry } from './trace-entry.ts';

/** What a call is, for lists. */
export interface CallFacts {
  readonly protocol: Protocol;
  readonly direction: CallDirection;
  /** The class code that was called, or that the room was called into. */
  readonly class: string;
  /** Who is at the other end: an address of record. Of pages nothing is kept. */
  readonly remote: string;
}

/** Bytes that an offer and its answer take in memory, about. */
const NEGOTIATION_BYTES = 6000;
/** Shares of a call's bytes. */
const SIGNALLING = 1 / 2;
const MEDIA = 1 / 4;
const FIGURES = 1 / 4;

/** What one call did: its messages, what was decided, what flowed. Bounded in bytes; nothing is put into words here. */
export class CallTrace {
  /** Names the trace: the id of the call, or one of its own where an invitation never became a call. */
  readonly id: string;
  facts: CallFacts | undefined;
  readonly #bound: number;
  readonly #signalling: BoundedLog<SignallingEntry>;
  #media: BoundedLog<MediaEntry> | undefined;
  #figures: FigureHistory | undefined;
  #mediaLeftOut = 0;
  #beganAt: number;
  /** Unix time (ms) of the last message or decision. */
  lastAt: number;
  endedAt: number | undefined;
  reason: EndReason | undefined;
  /** Each Call-ID that its SIP messages bear. */
  readonly sipCallIds = new Set<string>();

  /** `bound` in bytes; `at` Unix time, ms. */
  constructor(id: string, bound: number, at: number) {
    this.id = id;
    this.#beganAt = at;
    this.lastAt = at;
    this.#bound = bound;
    this.#signalling = new BoundedLog(bound * SIGNALLING, sizeOfSignalling);
  }

  /** Unix time (ms) of its beginning. */
  get beganAt(): number {
    return this.#beganAt;
  }

  /** Bytes held, about. */
  get bytes(): number {
    return this.#signalling.bytes + (this.#media?.bytes ?? 0) + (this.#figures?.bytes ?? 0);
  }

  /** How much was left out for want of room, or under load. */
  get leftOut(): { readonly signalling: number; readonly media: number } {
    return {
      signalling: this.#signalling.leftOut,
      media: this.#mediaLeftOut + (this.#media?.leftOut ?? 0),
    };
  }

  push(entry: SignallingEntry): void {
    this.lastAt = entry.at;
    this.#signalling.push(entry);
  }

  /** What the engine tells; `leftOut` is how much it kept back. */
  pushMedia(entries: readonly MediaEntry[], leftOut: number): void {
    this.#media ??= new BoundedLog(this.#bound * MEDIA, sizeOfMedia);
    this.#mediaLeftOut += leftOut;
    for (const entry of entries) {
      this.#media.push(entry);
    }
  }

  pushFigures(at: number, figures: FlowFigures): void {
    this.#figures ??= new FigureHistory(this.#bound * FIGURES);
    this.#figures.push(at, figures);
  }

  /** Takes over what another trace holds of the same call. */
  adopt(other: CallTrace): void {
    this.#beganAt = Math.min(this.#beganAt, other.beganAt);
    for (const entry of other.#signalling.entries()) {
      this.#signalling.push(entry);
    }
  }

  /** All that is held, by time. Secrets are in it: what leaves the service goes through `timeline`. */
  entries(): TraceEntry[] {
    const all = [...this.#signalling.entries(), ...(this.#media?.entries() ?? []), ...(this.#figures?.entries() ?? [])];
    return all.sort((a, b) => a.at - b.at);
  }
}

function sizeOfSignalling(entry: SignallingEntry): number {
  switch (entry.kind) {
    case 'sip':
    case 'page':
      return entry.text.length;
    case 'h323':
      return entry.packet.length;
    case 'note':
      return entry.words.length;
    case 'negotiation':
      return NEGOTIATION_BYTES;
  }
}

function sizeOfMedia(entry: MediaEntry): number {
  return entry.kind === 'rtcp' ? entry.bytes.length : 0;
}
