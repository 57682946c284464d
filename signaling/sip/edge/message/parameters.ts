import { isClosed, splitAt } from './list.ts';

/** Parameters by lower-case name; a parameter without a value maps to undefined. Quotes are taken off values. */
export type Parameters = ReadonlyMap<string, string | undefined>;

/** The characters of a token (RFC 3261 §25.1), and of a host, so that `received=[2001:db8::1]` reads as well. */
const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/** Whether the text is a token (RFC 3261 §25.1). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Reads generic parameters (RFC 3261 §25.1, `generic-param`).
 * @param text the part that begins at the first semicolon, or the empty text
 * @returns undefined where a parameter is empty, its name no token, or quotes or angle brackets do not close
 */
export function readParameters(text: string): Parameters | undefined {
  const parameters = new Map<string, string | undefined>();
  if (text.trim() === '') return parameters;
  if (!isClosed(text)) return undefined;
  const [before, ...parts] = splitAt(text, ';');
  if (before !== '') return undefined;
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (!isToken(name)) return undefined;
    if (parameters.has(name)) continue;
    parameters.set(name, equals < 0 ? undefined : unquote(part.slice(equals + 1).trim()));
  }
  return parameters;
}

/** Takes the quotes and quoted pairs off a quoted string; other text comes back as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}
