import type { LegEvent } from '#mcu/engine/leg-event.ts';
import type { LegFigures } from '#mcu/engine/protocol.ts';
import type { EndReason } from '#signaling/call/call.ts';
import type { H323Trace, MessageDirection, MessageWay } from '#signaling/call/trace.ts';
import { type CallFacts, CallTrace } from './call-trace.ts';
import { flowFigures } from './flow-figures.ts';
import { isInvite, sipCallIdOf } from './sip-call-id.ts';
import type { SignallingEntry } from './trace-entry.ts';

/** Bounds of what is kept. */
export interface TraceLimits {
  /** ms after its end that a call's trace is kept. */
  readonly keepTime: number;
  /** Bytes of one call. */
  readonly callBytes: number;
  /** Bytes of all. */
  readonly totalBytes: number;
}

/** What strangers may fill of the whole: invitations that did not become calls must not push out those that did. */
const STRANGERS_SHARE = 1 / 8;
/** Bytes of one such: it has a few messages. */
const STRANGER_BYTES = 32_768;

/**
 * The traces of calls, live ones and those that ended, in bounded room: what is oldest goes first, strangers before calls, ended
 * calls before live ones. All time is Unix time in ms, told by the caller.
 */
export class TraceStore {
  readonly #limits: TraceLimits;
  /** Invitations that are not known as calls, by an id of their own, oldest first. */
  readonly #strangers = new Map<string, CallTrace>();
  /** By the id of the call; in the order in which they began. */
  readonly #calls = new Map<string, CallTrace>();
  readonly #bySipCallId = new Map<string, CallTrace>();
  /** In the order in which they ended. */
  readonly #ended = new Set<CallTrace>();
  #strangerBytes = 0;
  #callBytes = 0;
  #invitations = 0;

  constructor(limits: TraceLimits) {
    this.#limits = limits;
  }

  /** Bytes held, about. */
  get bytes(): number {
    return this.#strangerBytes + this.#callBytes;
  }

  /** A SIP message came or leaves. Only an INVITE begins a trace. */
  message(direction: MessageDirection, bytes: Buffer, way: MessageWay, now: number): void {
    const sipCallId = sipCallIdOf(bytes);
    if (sipCallId === undefined) {
      return;
    }
    const trace = this.#bySipCallId.get(sipCallId) ?? (isInvite(bytes) ? this.#begin(sipCallId, now) : undefined);
    if (trace !== undefined) {
      const { protocol, local, remote } = way;
      // One character per byte: a buffer would keep the others of its pool alive for as long.
      this.#push(trace, {
        kind: 'sip',
        at: now,
        direction,
        protocol,
        local,
        remote,
        text: bytes.toString('latin1'),
      });
    }
  }

  /** An H.323 message of a call came or leaves. Call signalling that comes for a call that is not known yet begins a trace. */
  h323(call: string, direction: MessageDirection, message: Parameters<H323Trace['message']>[2], now: number): void {
    const { channel, packet, way } = message;
    const begins = direction === 'in' && channel === 'call-signalling';
    const trace = this.find(call) ?? (begins ? this.#beginStranger(call, now) : undefined);
    if (trace !== undefined) {
      const { protocol, local, remote } = way;
      this.#push(trace, { kind: 'h323', at: now, direction, channel, protocol, local, remote, packet: packet.slice() });
    }
  }

  /** Messages with this Call-ID are those of the call with this id. */
  named(call: string, sipCallId: string, now: number): void {
    const known = this.#bySipCallId.get(sipCallId);
    const trace = this.#callOf(call, now);
    if (sipCallId === '' || known === trace) {
      return;
    }
    if (known !== undefined && this.#strangers.delete(known.id)) {
      this.#strangerBytes -= known.bytes;
      this.#counted(trace, () => trace.adopt(known));
    }
    trace.sipCallIds.add(sipCallId);
    this.#bySipCallId.set(sipCallId, trace);
  }

  /** What a call is. */
  begin(call: string, facts: CallFacts, now: number): void {
    this.#callOf(call, now).facts = facts;
  }

  /** Adds to the trace of a call; nothing happens where there is none. */
  add(call: string, entry: SignallingEntry): void {
    const trace = this.#calls.get(call);
    if (trace !== undefined) {
      this.#push(trace, entry);
    }
  }

  /** Why an invitation with this Call-ID did not become a call. */
  remark(sipCallId: string, words: string, now: number): void {
    const trace = this.#bySipCallId.get(sipCallId);
    if (trace !== undefined) {
      this.#push(trace, { kind: 'note', at: now, words });
    }
  }

  /** What the engine tells of a leg. */
  media(leg: string, events: readonly LegEvent[], leftOut: number): void {
    const trace = this.#calls.get(leg);
    if (trace !== undefined) {
      this.#counted(trace, () => trace.pushMedia(events, leftOut));
    }
  }

  figures(figures: LegFigures, now: number): void {
    const trace = this.#calls.get(figures.leg);
    if (trace !== undefined && trace.endedAt === undefined) {
      this.#counted(trace, () => trace.pushFigures(now, flowFigures(figures)));
    }
  }

  ended(call: string, reason: EndReason, now: number): void {
    const trace = this.#calls.get(call);
    if (trace !== undefined && trace.endedAt === undefined) {
      trace.endedAt = now;
      trace.reason = reason;
      this.#ended.add(trace);
    }
  }

  /** Live and kept, in the order in which they began; then invitations that did not become calls. */
  list(): CallTrace[] {
    return [...this.#calls.values(), ...this.#strangers.values()];
  }

  /** By the id of a call, or the one that `list` gives an invitation. */
  find(id: string): CallTrace | undefined {
    return this.#calls.get(id) ?? this.#strangers.get(id);
  }

  /** Forgets what was kept for long enough. */
  expire(now: number): void {
    const before = now - this.#limits.keepTime;
    for (const trace of this.#ended) {
      if ((trace.endedAt ?? now) > before) {
        break;
      }
      this.#forget(trace);
    }
    for (const trace of this.#strangers.values()) {
      if (trace.lastAt <= before) {
        this.#forgetStranger(trace);
      }
    }
  }

  #begin(sipCallId: string, now: number): CallTrace {
    this.#invitations += 1;
    const trace = this.#beginStranger(`invite-${this.#invitations}`, now);
    trace.sipCallIds.add(sipCallId);
    this.#bySipCallId.set(sipCallId, trace);
    return trace;
  }

  #beginStranger(id: string, now: number): CallTrace {
    const trace = new CallTrace(id, Math.min(STRANGER_BYTES, this.#limits.callBytes), now);
    this.#strangers.set(id, trace);
    return trace;
  }

  #callOf(call: string, now: number): CallTrace {
    const known = this.#calls.get(call);
    if (known !== undefined) {
      return known;
    }
    const trace = new CallTrace(call, this.#limits.callBytes, now);
    this.#calls.set(call, trace);
    const stranger = this.#strangers.get(call);
    if (stranger !== undefined) {
      this.#strangers.delete(call);
      this.#strangerBytes -= stranger.bytes;
      this.#counted(trace, () => trace.adopt(stranger));
    }
    return trace;
  }

  #push(trace: CallTrace, entry: SignallingEntry): void {
    this.#counted(trace, () => trace.push(entry));
  }

  #counted(trace: CallTrace, change: () => void): void {
    const before = trace.bytes;
    change();
    const grown = trace.bytes - before;
    if (this.#calls.get(trace.id) === trace) {
      this.#callBytes += grown;
    } else {
      this.#strangerBytes += grown;
    }
    this.#makeRoom();
  }

  #makeRoom(): void {
    const { totalBytes } = this.#limits;
    while (this.#strangerBytes > totalBytes * STRANGERS_SHARE) {
      const [oldest] = this.#strangers.values();
      if (oldest === undefined) {
        break;
      }
      this.#forgetStranger(oldest);
    }
    while (this.bytes > totalBytes) {
      const [stranger] = this.#strangers.values();
      const [ended] = this.#ended;
      const [live] = this.#calls.values();
      if (stranger !== undefined) {
        this.#forgetStranger(stranger);
      } else if (ended !== undefined) {
        this.#forget(ended);
      } else if (live !== undefined) {
        this.#forget(live);
      } else {
        break;
      }
    }
  }

  #forget(trace: CallTrace): void {
    if (this.#calls.delete(trace.id)) {
      this.#callBytes -= trace.bytes;
    }
    this.#ended.delete(trace);
    this.#forgetCallIds(trace);
  }

  #forgetStranger(trace: CallTrace): void {
    if (this.#strangers.delete(trace.id)) {
      this.#strangerBytes -= trace.bytes;
    }
    this.#forgetCallIds(trace);
  }

  #forgetCallIds(trace: CallTrace): void {
    for (const sipCallId of trace.sipCallIds) {
      if (this.#bySipCallId.get(sipCallId) === trace) {
        this.#bySipCallId.delete(sipCallId);
      }
    }
  }
}
