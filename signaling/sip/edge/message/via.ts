import { readHostPort, sameHost, withoutZone } from './host.ts';
import { splitAt } from './list.ts';
import { isToken, type Parameters, readParameters } from './parameters.ts';

/** One Via value (RFC 3261 §20.42). */
export interface Via {
  /** `2.0`. */
  readonly version: string;
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, …. */
  readonly transport: string;
  /** The sent-by host; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;
}

/** What every branch made by RFC 3261 (§8.1.1.7) begins with. */
export const MAGIC_COOKIE = 'z9hG4bK';

/**
 * Reads one Via value; blanks round `/`, `;` and `=` are allowed (RFC 4475 §3.1.1.1).
 * @returns undefined where it is malformed
 */
export function readVia(text: string): Via | undefined {
  const semicolon = text.indexOf(';');
  const front = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  const [protocolName, version, transportAndHost, ...more] = front.split('/').map((part) => part.trim());
  if (protocolName?.toUpperCase() !== 'SIP' || version === undefined || transportAndHost === undefined)
    return undefined;
  if (more.length > 0) return undefined;
  const blank = transportAndHost.search(/\s/);
  if (blank < 0) return undefined;
  const transport = transportAndHost.slice(0, blank).toUpperCase();
  if (!isToken(version) || !isToken(transport)) return undefined;
  const hostPort = readHostPort(transportAndHost.slice(blank));
  const parameters = readParameters(semicolon < 0 ? '' : text.slice(semicolon));
  if (hostPort === undefined || parameters === undefined) return undefined;
  return { version, transport, ...hostPort, parameters };
}

/** Where a packet came from. */
export interface PacketSource {
  readonly address: string;
  readonly port: number;
}

/**
 * Notes the source of a request in its top Via value (RFC 3261 §18.2.1, RFC 3581 §4): `received` where the sent-by host
 * is not the source address or `rport` was asked for, and the value of `rport` where it was asked for.
 * @param text the Via value as received
 * @param via the same, read
 * @returns the value with those parameters; forged ones of the sender are replaced
 */
export function withSource(text: string, via: Via, source: PacketSource): string {
  const asksPort = via.parameters.has('rport');
  const differs = !sameHost(via.host, source.address);
  const kept = splitAt(text, ';').filter((part) => !/^(?:received|rport)(?:\s*=|$)/i.test(part));
  let value = kept.join(';');
  if (asksPort) value += `;rport=${source.port}`;
  // No brackets in this place (RFC 3261 §25.1, `via-received`; RFC 5118 §4.5).
  if (differs || asksPort) value += `;received=${withoutZone(source.address)}`;
  return value;
}
