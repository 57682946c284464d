import type { Logger } from 'pino';
import type { LegEvents } from '#mcu/engine/leg-event.ts';
import type { LegFigures } from '#mcu/engine/protocol.ts';
import type { H323Trace, SipTrace } from '#signaling/call/trace.ts';
import type { Configuration } from '../configuration/schema.ts';
import { type CallRecorder, NO_RECORDER } from './call-recorder.ts';
import type { CallTrace } from './call-trace.ts';
import { HepExport } from './hep-export.ts';
import { readHepTarget } from './hep-target.ts';
import { TraceStore } from './trace-store.ts';

/** `diagnosis` of the configuration, and the clock that events are dated by. */
export interface DiagnosisOptions {
  readonly keys: Configuration['diagnosis'];
  readonly log: Logger;
  /** Unix time in ms that never jumps; the machine's unless told. */
  readonly now?: () => number;
}

/** All that is kept of calls for operators: takes what signalling, conference and engine tell, and gives it out again. */
export class Diagnosis {
  /** For signalling; undefined where nobody wants to know. */
  readonly sip: SipTrace | undefined;
  /** The same for H.323. */
  readonly h323: H323Trace | undefined;
  /** For the conference. */
  readonly recorder: CallRecorder;
  readonly #store: TraceStore | undefined;
  readonly #hep: HepExport | undefined;
  readonly #now: () => number;

  constructor({ keys, log, now = steadyTime }: DiagnosisOptions) {
    this.#now = now;
    this.#store =
      keys.keepTime === 0
        ? undefined
        : new TraceStore({
            keepTime: keys.keepTime * 1000,
            callBytes: keys.callSize * 1024,
            totalBytes: keys.totalSize * 1024 * 1024,
          });
    const target = keys.hep === undefined ? undefined : readHepTarget(keys.hep);
    this.#hep =
      target === undefined
        ? undefined
        : new HepExport(target, (error) =>
            log.warn({ event: 'hep-target-unknown', host: target.host, err: error }, 'the capture server is not found'),
          );
    this.recorder = this.#store === undefined ? NO_RECORDER : recorderOf(this.#store, now);
    const store = this.#store;
    this.h323 =
      store === undefined
        ? undefined
        : { message: (call, direction, message) => store.h323(call, direction, message, now()) };
    this.sip = this.#store === undefined && this.#hep === undefined ? undefined : this.#sipTrace();
  }

  /** Live calls, kept ones, and invitations that did not become calls. */
  get traces(): readonly CallTrace[] {
    return this.#store?.list() ?? [];
  }

  /** By the id of a call, or that of an invitation in `traces`. */
  find(id: string): CallTrace | undefined {
    return this.#store?.find(id);
  }

  /** Begins to look for the capture server, where there is one to be: nothing waits for it. */
  open(): void {
    void this.#hep?.open();
  }

  /** The engine's figures, once a second; what was kept for long enough is forgotten with them. */
  figures(legs: readonly LegFigures[]): void {
    const now = this.#now();
    for (const leg of legs) {
      this.#store?.figures(leg, now);
    }
    this.#store?.expire(now);
  }

  /** What the engine tells of RTCP and key frames. */
  legEvents(legs: readonly LegEvents[]): void {
    for (const { leg, events, leftOut } of legs) {
      this.#store?.media(leg, events, leftOut);
    }
  }

  close(): void {
    this.#hep?.close();
  }

  #sipTrace(): SipTrace {
    const [store, hep, now] = [this.#store, this.#hep, this.#now];
    return {
      message: (direction, bytes, way) => {
        const at = now();
        store?.message(direction, bytes, way, at);
        hep?.message(direction, bytes, way, at);
      },
      named: (call, sipCallId) => store?.named(call, sipCallId, now()),
      remark: (sipCallId, words) => store?.remark(sipCallId, words, now()),
    };
  }
}

function recorderOf(store: TraceStore, now: () => number): CallRecorder {
  return {
    began: (call, facts) => store.begin(call, facts, now()),
    negotiated: (call, result) => store.add(call, { kind: 'negotiation', at: now(), ...result }),
    note: (call, words) => store.add(call, { kind: 'note', at: now(), words }),
    page: (call, direction, text) => store.add(call, { kind: 'page', at: now(), direction, text }),
    ended: (call, reason) => store.ended(call, reason, now()),
  };
}

/** Unix time in ms that goes on evenly whatever is done to the machine's clock. */
function steadyTime(): number {
  return performance.timeOrigin + performance.now();
}
