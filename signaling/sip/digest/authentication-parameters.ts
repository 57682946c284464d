import { splitAt } from '../edge/message/list.ts';
import { isToken, unquote } from '../edge/message/parameters.ts';

/** Parameters of a challenge or of credentials by lower-case name, quotes taken off. */
export type AuthenticationParameters = ReadonlyMap<string, string>;

/** A longer header value is not read: real ones have some hundred characters. */
const LONGEST = 8192;

/**
 * Takes a value of WWW-Authenticate, Authorization and their Proxy- sisters apart and gives the parameters of every
 * `Digest` in it (RFC 3261 §25.1, `challenge` and `credentials`). A value may hold several, as when header fields of one
 * name were joined by commas: a new one begins where a scheme stands before a parameter. Other schemes are passed over,
 * and so is a Digest with a damaged or repeated parameter.
 */
export function readDigests(value: string): AuthenticationParameters[] {
  if (value.length > LONGEST) return [];
  const digests: { readonly parameters: Map<string, string>; faulty: boolean }[] = [];
  let current: (typeof digests)[number] | undefined;
  for (const part of splitAt(value, ',')) {
    if (part === '') continue;
    const scheme = /^([A-Za-z][A-Za-z0-9-]*)\s+(.*)$/s.exec(part);
    let text = part;
    // `name = value` with blanks round the sign is no scheme.
    if (scheme !== null && !scheme[2]?.startsWith('=')) {
      current = undefined;
      if (scheme[1]?.toLowerCase() === 'digest') {
        current = { parameters: new Map(), faulty: false };
        digests.push(current);
      }
      text = scheme[2] ?? '';
    }
    if (current !== undefined) current.faulty ||= !addParameter(current.parameters, text);
  }
  return digests.filter(({ parameters, faulty }) => !faulty && parameters.size > 0).map(({ parameters }) => parameters);
}

/** Reads the value of Authentication-Info (RFC 3261 §25.1, `ainfo`); undefined where a parameter is damaged. */
export function readParameterList(value: string): AuthenticationParameters | undefined {
  if (value.length > LONGEST) return undefined;
  const parameters = new Map<string, string>();
  return splitAt(value, ',').every((part) => part === '' || addParameter(parameters, part)) ? parameters : undefined;
}

function addParameter(parameters: Map<string, string>, text: string): boolean {
  const equals = text.indexOf('=');
  if (equals < 0) return false;
  const name = text.slice(0, equals).trim().toLowerCase();
  const value = text.slice(equals + 1).trim();
  const whole = value.startsWith('"') ? /^"(?:[^"\\]|\\.)*"$/s.test(value) : !/["\s]/.test(value);
  if (!isToken(name) || !whole || parameters.has(name)) return false;
  parameters.set(name, unquote(value));
  return true;
}

/** A parameter to write, and whether its value stands in quotes. */
export type WrittenParameter = readonly [name: string, value: string, quoted: boolean];

/** Writes parameters in their order, separated by commas. Values must hold no control characters. */
export function writeParameters(parameters: readonly WrittenParameter[]): string {
  return parameters
    .map(([name, value, quoted]) => `${name}=${quoted ? `"${value.replace(/(["\\])/g, '\\$1')}"` : value}`)
    .join(', ');
}
