import { MAX_LINE_BYTES } from '../message/limits.ts';

/** A To field with a tag, in its long or compact form (RFC 3261 §7.3.3); bounded, so that no text makes it slow. */
const TAGGED_TO = /^(?:to|t)[ \t]{0,8}:[^\r\n]{0,1024};[ \t]{0,8}tag[ \t]{0,8}=/im;

/**
 * Whether unparsed bytes look like what belongs to something that stands: a response, a CANCEL, or a request with a To tag.
 * Cheap, and no proof: what looks so is parsed and then looked for.
 */
export function mayBeInside(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, MAX_LINE_BYTES));
  return text.startsWith('SIP/2.0 ') || text.startsWith('CANCEL ') || TAGGED_TO.test(text);
}

/** Whether unparsed bytes look like a request that rooms begin with: INVITE or REGISTER. */
export function mayBegin(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 9);
  return start.startsWith('INVITE ') || start === 'REGISTER ';
}
