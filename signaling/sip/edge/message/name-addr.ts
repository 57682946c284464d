import { type Parameters, readParameters } from './parameters.ts';

/** The value of From, To, Contact, Route, Record-Route (RFC 3261 §20.10, `name-addr` or `addr-spec`). */
export interface NameAddr {
  /** As written, quotes included; empty where there is none. */
  readonly displayName: string;
  /** Any URI, not checked. */
  readonly uri: string;
  /** The header parameters: those outside the angle brackets. */
  readonly parameters: Parameters;
}

/**
 * Reads one name-addr or addr-spec. Without angle brackets all parameters belong to the header (RFC 3261 §20.10).
 * @returns undefined where quotes or brackets do not close, the URI is empty or holds either, or a parameter is malformed
 */
export function readNameAddr(text: string): NameAddr | undefined {
  const value = text.trim();
  let displayName = '';
  let rest = value;
  if (value.startsWith('"')) {
    const end = closingQuote(value);
    if (end < 0) return undefined;
    displayName = value.slice(0, end + 1);
    rest = value.slice(end + 1).trim();
    if (!rest.startsWith('<')) return undefined;
  }
  const open = rest.indexOf('<');
  if (open < 0) {
    const semicolon = rest.indexOf(';');
    return build(
      displayName,
      semicolon < 0 ? rest : rest.slice(0, semicolon),
      semicolon < 0 ? '' : rest.slice(semicolon),
    );
  }
  const close = rest.indexOf('>', open);
  if (close < 0) return undefined;
  if (open > 0) displayName = rest.slice(0, open).trim();
  if (displayName.includes('"') && !value.startsWith('"')) return undefined;
  return build(displayName, rest.slice(open + 1, close), rest.slice(close + 1));
}

function closingQuote(text: string): number {
  for (let index = 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return index;
  }
  return -1;
}

function build(displayName: string, uri: string, parameters: string): NameAddr | undefined {
  const trimmed = uri.trim();
  if (trimmed === '' || /[\s"<>]/.test(trimmed)) return undefined;
  const read = readParameters(parameters);
  return read === undefined ? undefined : { displayName, uri: trimmed, parameters: read };
}
