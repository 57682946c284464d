import { formatHostPort, readHostPort } from './host.ts';
import { type Parameters, readParameters } from './parameters.ts';

/** A SIP or SIPS URI (RFC 3261 §19.1). Escapes stay as written. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** With the password, if any, still in it. */
  readonly user: string | undefined;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;
  /** What follows the question mark. */
  readonly headers: string | undefined;
}

/** The scheme of any URI in lower case (RFC 3986 §3.1); undefined where there is none. */
export function uriScheme(text: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]{0,31}):/.exec(text)?.[1]?.toLowerCase();
}

/**
 * Reads a SIP or SIPS URI.
 * @returns undefined for other schemes and for what is malformed
 */
export function readSipUri(text: string): SipUri | undefined {
  const scheme = uriScheme(text);
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  if (/[\s<>"]/.test(text)) return undefined;
  let rest = text.slice(scheme.length + 1);
  // The user part may hold ';' and '?' in clear (RFC 4475 §3.1.1.9): what is before '@' is looked for first.
  const at = rest.indexOf('@');
  const user = at < 0 ? undefined : rest.slice(0, at);
  rest = rest.slice(at + 1);
  const question = rest.indexOf('?');
  const headers = question < 0 ? undefined : rest.slice(question + 1);
  if (question >= 0) rest = rest.slice(0, question);
  const semicolon = rest.indexOf(';');
  const hostPort = readHostPort(semicolon < 0 ? rest : rest.slice(0, semicolon));
  if (hostPort === undefined || user === '') return undefined;
  const parameters = readUriParameters(semicolon < 0 ? '' : rest.slice(semicolon));
  if (parameters === undefined) return undefined;
  return { scheme, user, ...hostPort, parameters, headers };
}

/** URI parameters allow more characters than header parameters: `[]/:&+$` (RFC 3261 §25.1, `param-unreserved`). */
function readUriParameters(text: string): Parameters | undefined {
  const plain = readParameters(text);
  if (plain !== undefined) return plain;
  const parameters = new Map<string, string | undefined>();
  for (const part of text.slice(1).split(';')) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (name === '') return undefined;
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? undefined : part.slice(equals + 1));
  }
  return parameters;
}

/** What `formatSipUri` needs; parameters in the order in which they shall stand. */
export interface SipUriParts {
  readonly scheme: 'sip' | 'sips';
  readonly user?: string | undefined;
  readonly host: string;
  readonly port?: number | undefined;
  readonly parameters?: Iterable<readonly [string, string | undefined]>;
}

/** Writes a SIP URI without headers. */
export function formatSipUri(parts: SipUriParts): string {
  let text = `${parts.scheme}:${parts.user === undefined ? '' : `${parts.user}@`}${formatHostPort(parts.host, parts.port)}`;
  for (const [name, value] of parts.parameters ?? []) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}
