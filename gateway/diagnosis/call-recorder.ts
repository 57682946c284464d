import type { EndReason } from '#signaling/call/call.ts';
import type { MessageDirection } from '#signaling/call/trace.ts';
import type { CallFacts } from './call-trace.ts';
import type { NegotiationEntry } from './trace-entry.ts';

/** What the conference tells of its calls, for diagnosis afterwards. Calls are named by their ids. */
export interface CallRecorder {
  began(call: string, facts: CallFacts): void;
  /** What offer and answer came to. It is put into words only when somebody asks. */
  negotiated(call: string, result: Omit<NegotiationEntry, 'kind' | 'at'>): void;
  /** Something that was decided or happened, in words. Never what a person typed or pressed. */
  note(call: string, words: string): void;
  /** A message on the WebSocket of a page. */
  page(call: string, direction: MessageDirection, text: string): void;
  ended(call: string, reason: EndReason): void;
}

/** Keeps nothing. */
export const NO_RECORDER: CallRecorder = {
  began: () => undefined,
  negotiated: () => undefined,
  note: () => undefined,
  page: () => undefined,
  ended: () => undefined,
};
