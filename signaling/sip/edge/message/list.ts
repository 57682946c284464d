/**
 * Cuts a comma-separated header value into its elements (RFC 3261 §7.3.1). Commas in quoted strings and between angle
 * brackets do not count. Elements are trimmed; empty ones are kept, so that the caller can tell a malformed list.
 */
export function splitList(value: string): string[] {
  return splitAt(value, ',');
}

/** What makes separators stand for themselves. */
const QUOTING = /["<]/;

/** As `splitList`, at any one-character separator. Linear in the length of the value. */
export function splitAt(value: string, separator: string): string[] {
  if (!value.includes(separator)) return [value.trim()];
  if (!QUOTING.test(value)) return value.split(separator).map((part) => part.trim());
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  let angled = false;
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (angled) {
      if (character === '>') angled = false;
    } else if (character === '"') quoted = true;
    else if (character === '<') angled = true;
    else if (character === separator) {
      parts.push(value.slice(start, index).trim());
      start = index + 1;
    }
  }
  parts.push(value.slice(start).trim());
  return parts;
}

/** Whether all quotes and angle brackets of a value close: what is put behind it is then no part of them. Linear. */
export function isClosed(value: string): boolean {
  return !QUOTING.test(value) || splitAt(`${value},`, ',').at(-1) === '';
}
