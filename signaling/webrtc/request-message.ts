import { z } from 'zod';
import { type Fault, MAX_MESSAGE_BYTES, PROTOCOL_VERSION, type RequestMessage, requestSchema } from './protocol.ts';

/** What came in one WebSocket message. */
export type ParsedRequest =
  | { readonly kind: 'request'; readonly message: RequestMessage }
  /** Readable enough to be answered. */
  | { readonly kind: 'refused'; readonly id: number; readonly fault: Extract<Fault, 'bad-request' | 'wrong-version'> }
  /** Not JSON, too long, or without an id to answer to. */
  | { readonly kind: 'unparsable' };

const answerable = z.object({ id: z.number().int().nonnegative() });
/** A page of another version may send a `join` of another shape: its version is looked at before its shape. */
const versioned = z.object({ request: z.object({ type: z.literal('join'), version: z.number().int() }) });

/** Reads the text of one message (protocol.ts, `requestSchema`); never throws. */
export function parseRequest(text: string): ParsedRequest {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return { kind: 'unparsable' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unparsable' };
  }
  const id = answerable.safeParse(value);
  if (!id.success) return { kind: 'unparsable' };
  const join = versioned.safeParse(value);
  if (join.success && join.data.request.version !== PROTOCOL_VERSION) {
    return { kind: 'refused', id: id.data.id, fault: 'wrong-version' };
  }
  const message = requestSchema.safeParse(value);
  return message.success
    ? { kind: 'request', message: message.data }
    : { kind: 'refused', id: id.data.id, fault: 'bad-request' };
}
