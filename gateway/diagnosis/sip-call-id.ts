const CALL_ID = Buffer.from('\r\nCall-ID: ');
const [SPACE, CARRIAGE_RETURN] = [0x20, 0x0d];
/** Longest Call-ID that messages are told apart by. */
const LONGEST = 256;
/** Octets of a header that are looked at where Call-ID is not spelled as usual. */
const LOOKED_AT = 8192;

/**
 * The Call-ID of a SIP message (RFC 3261 §20.8) without taking the message apart: this is done for every one.
 * Undefined where there is none, or one that is longer than 256 characters.
 */
export function sipCallIdOf(bytes: Buffer): string | undefined {
  const at = bytes.indexOf(CALL_ID);
  if (at < 0) {
    return unusual(bytes);
  }
  const begin = at + CALL_ID.length;
  const end = bytes.indexOf(CARRIAGE_RETURN, begin);
  return end < 0 || end - begin > LONGEST ? undefined : bytes.toString('latin1', begin, end).trim() || undefined;
}

/** Whether bytes begin an INVITE. */
export function isInvite(bytes: Buffer): boolean {
  return bytes[6] === SPACE && bytes.toString('latin1', 0, 6) === 'INVITE';
}

/** Compact (`i:`), in other letters, with other blanks, or with bare line feeds. */
function unusual(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1', 0, LOOKED_AT);
  const blank = text.search(/\r?\n\r?\n/);
  const head = blank < 0 ? text : text.slice(0, blank);
  const found = /\n(?:call-id|i)[ \t]*:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,256})(?:[\r\n]|$)/i.exec(head)?.[1]?.trim();
  return found === '' ? undefined : found;
}
