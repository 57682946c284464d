import type { EndReason } from '#signaling/call/call.ts';
import type { MessageDirection } from '#signaling/call/trace.ts';
import type { CallRecorder } from '../diagnosis/call-recorder.ts';

/** Messages of a page that are held until it is known which call they belong to. */
const MOST_BEFORE = 20;

/** Tells what a page says to the trace of its call: before it joins, it has none. */
export class PageRecord {
  readonly #recorder: CallRecorder;
  #call: string | undefined;
  #before: { readonly direction: MessageDirection; readonly text: string }[] = [];

  constructor(recorder: CallRecorder) {
    this.#recorder = recorder;
  }

  message(direction: MessageDirection, text: string): void {
    if (this.#call !== undefined) {
      this.#recorder.page(this.#call, direction, text);
    } else if (this.#before.length < MOST_BEFORE) {
      this.#before.push({ direction, text });
    }
  }

  /** The page wants into a class: a call with this id begins. */
  joins(call: string, code: string): void {
    this.#recorder.began(call, { protocol: 'webrtc', direction: 'inbound', class: code, remote: '' });
    this.#call = call;
    for (const { direction, text } of this.#before) {
      this.#recorder.page(call, direction, text);
    }
    this.#before = [];
  }

  /** It was not let in. */
  refused(reason: EndReason): void {
    if (this.#call !== undefined) {
      this.#recorder.note(this.#call, `refused: ${reason}`);
      this.#recorder.ended(this.#call, reason);
    }
  }
}
