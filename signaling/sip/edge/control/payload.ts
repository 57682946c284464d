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

const SEPARATORS = /[|\r\n]/;
const EACH_SEPARATOR = /[|\r\n]/g;

/**
 * The leader line of a payload without its line break, one character per byte.
 * @param fields must hold neither `|` nor line breaks, as there is no escaping; such characters become blanks
 */
export function writeLeader(fields: readonly string[]): string {
  let leader = '';
  for (const [index, field] of fields.entries()) {
    leader += `${index === 0 ? '' : '|'}${SEPARATORS.test(field) ? field.replaceAll(EACH_SEPARATOR, ' ') : field}`;
  }
  return leader;
}

/** The whole second that was last written, and how. */
let lastSecond = { second: Number.NaN, text: '' };

/** A time of day in UTC as `HH:MM:SS.uuuuuu`. @param time milliseconds since the Unix epoch, with fractions */
export function formatTime(time: number): string {
  const second = Math.floor(time / 1_000);
  if (second !== lastSecond.second) {
    lastSecond = { second, text: new Date(second * 1_000).toISOString().slice(11, 19) };
  }
  const microseconds = Math.floor(time * 1_000) % 1_000_000;
  return `${lastSecond.text}.${String(microseconds).padStart(6, '0')}`;
}
