import { MAX_MESSAGE_BYTES } from '../message/limits.ts';
import { readContentLength } from '../message/parser.ts';

/** What a stream yielded. */
export type StreamEvent =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  /** The double CRLF of a keep-alive (RFC 5626 §4.4.1), to be answered by one CRLF. */
  | { readonly kind: 'ping' }
  /** The stream cannot be read on: `bytes` is the header of the message at fault, empty where there is none. */
  | { readonly kind: 'unframeable'; readonly bytes: Buffer };

const CR = 0x0d;
const LF = 0x0a;
const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3). Never holds more than one message.
 * A message without Content-Length is taken to have no body.
 */
export class StreamFraming {
  #held: Buffer = Buffer.alloc(0);
  /** How far the held bytes were already searched for the end of the header. */
  #searched = 0;
  #lineBreaks = 0;
  #broken = false;

  /** Whether a message has begun and is not whole. */
  get partial(): boolean {
    return this.#held.length > 0;
  }

  /** Takes the next bytes in; yields what they complete, in order. After `unframeable` nothing more comes. */
  push(chunk: Buffer): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (!this.#broken) {
      this.#skipLineBreaks(events);
      const event = this.#nextMessage();
      if (event === undefined) break;
      events.push(event);
      if (event.kind === 'unframeable') {
        this.#broken = true;
        this.#held = Buffer.alloc(0);
      }
    }
    return events;
  }

  #skipLineBreaks(events: StreamEvent[]): void {
    let index = 0;
    for (; index < this.#held.length && (this.#held[index] === CR || this.#held[index] === LF); index += 1) {
      if (this.#held[index] !== LF) continue;
      this.#lineBreaks += 1;
      if (this.#lineBreaks % 2 === 0) events.push({ kind: 'ping' });
    }
    if (index === 0) return;
    this.#held = this.#held.subarray(index);
    this.#searched = 0;
  }

  #nextMessage(): StreamEvent | undefined {
    if (this.#held.length === 0) return undefined;
    this.#lineBreaks = 0;
    const end = this.#held.indexOf(HEADER_END, Math.max(0, this.#searched - HEADER_END.length));
    this.#searched = this.#held.length;
    if (end < 0) {
      return this.#held.length > MAX_MESSAGE_BYTES ? { kind: 'unframeable', bytes: Buffer.alloc(0) } : undefined;
    }
    const bodyStart = end + HEADER_END.length;
    const length = contentLength(this.#held.toString('latin1', 0, end));
    if (length === undefined || bodyStart + length > MAX_MESSAGE_BYTES) {
      return { kind: 'unframeable', bytes: this.#held.subarray(0, Math.min(bodyStart, MAX_MESSAGE_BYTES)) };
    }
    if (this.#held.length < bodyStart + length) {
      this.#searched = end;
      return undefined;
    }
    // A copy, so that a small message does not keep a large read buffer alive.
    const bytes = Buffer.from(this.#held.subarray(0, bodyStart + length));
    this.#held = this.#held.subarray(bodyStart + length);
    this.#searched = 0;
    return { kind: 'message', bytes };
  }
}

function contentLength(header: string): number | undefined {
  const values: string[] = [];
  for (const line of header.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const match = /^(?:content-length|l)[ \t]*:(.*)$/i.exec(line);
    if (match?.[1] !== undefined) values.push(match[1].trim());
  }
  return values.length === 0 ? 0 : readContentLength(values);
}
