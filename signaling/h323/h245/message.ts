import type { H245 } from './types.ts';

/** Any message of H.245. */
export type H245Message = H245<'MultimediaSystemControlMessage'>;

/** The parts of a union of alternatives that have a value of ours. */
type Known<U> = Extract<U, { readonly value: unknown }>;
type ValueOf<U, T> =
  Extract<U, { readonly type: T; readonly value: unknown }> extends { readonly value: infer V } ? V : never;

type Request = Known<H245<'RequestMessage'>>;
type Response = Known<H245<'ResponseMessage'>>;
type Command = Known<H245<'CommandMessage'>>;
type Indication = Known<H245<'IndicationMessage'>>;

/** A request (H.245 annex A, RequestMessage) of this type. */
export function request<T extends Request['type']>(type: T, value: ValueOf<Request, T>): H245Message;
export function request(type: string, value: unknown): unknown {
  return { type: 'request', value: { type, value } };
}

/** An answer to a request (ResponseMessage) of this type. */
export function response<T extends Response['type']>(type: T, value: ValueOf<Response, T>): H245Message;
export function response(type: string, value: unknown): unknown {
  return { type: 'response', value: { type, value } };
}

/** What is to be done and not answered (CommandMessage), of this type. */
export function command<T extends Command['type']>(type: T, value: ValueOf<Command, T>): H245Message;
export function command(type: string, value: unknown): unknown {
  return { type: 'command', value: { type, value } };
}

/** What is told and needs nothing done (IndicationMessage), of this type. */
export function indication<T extends Indication['type']>(type: T, value: ValueOf<Indication, T>): H245Message;
export function indication(type: string, value: unknown): unknown {
  return { type: 'indication', value: { type, value } };
}

/** A message in a word or two, for logs and traces: `request openLogicalChannel`. */
export function nameOf(message: H245Message): string {
  return message.type === 'unknown' ? 'unknown' : `${message.type} ${message.value.type}`;
}
