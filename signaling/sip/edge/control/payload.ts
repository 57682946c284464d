/** A payload taken apart: the fields of its leader line, and the SIP text after it. */
export interface Payload {
  readonly fields: readonly string[];
  /** Empty where there is none. */
  readonly text: Buffer;
}

const CR = 0x0d;

/** Takes a payload apart at its first CR. Field text is held one character per byte. */
export function readPayload(bytes: Buffer): Payload {
  const end = bytes.indexOf(CR);
  const leader = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  return { fields: leader.split('|'), text: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2) };
}

/**
 * Puts a payload together.
 * @param fields must hold neither `|` nor line breaks, as there is no escaping; such characters become blanks
 */
export function writePayload(fields: readonly string[], text?: Buffer): Buffer {
  const leader = Buffer.from(fields.map((field) => field.replace(/[|\r\n]/g, ' ')).join('|'), 'latin1');
  return text === undefined ? leader : Buffer.concat([leader, Buffer.from('\r\n'), text]);
}

/** A time of day in UTC as `HH:MM:SS.uuuuuu`. @param time milliseconds since the Unix epoch, with fractions */
export function formatTime(time: number): string {
  const microseconds = Math.floor(time * 1_000) % 1_000_000;
  return `${new Date(time).toISOString().slice(11, 19)}.${String(microseconds).padStart(6, '0')}`;
}
