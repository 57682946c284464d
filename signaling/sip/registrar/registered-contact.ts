import { formatHostPort, isAddress } from '../edge/message/host.ts';
import { readSipUri } from '../edge/message/uri.ts';
import type { Binding } from './location-table.ts';

/** How a registered room is called. */
export interface RegisteredContact {
  /** The Request-URI. */
  readonly uri: string;
  /** SIP URI of the hop to send it to where the contact's own address does not lead there; undefined where it does. */
  readonly proxy: string | undefined;
  /** 0 to 1; higher ones are to be tried first. */
  readonly q: number;
  /** Seconds until it expires, at least 1. */
  readonly expires: number;
}

/**
 * A contact behind a NAT names an address that leads nowhere: it is called where its REGISTER came from (RFC 3581 §4 does so for
 * responses), and so is a client of RFC 5626.
 */
export function registeredContact(binding: Binding, now: number): RegisteredContact {
  const { uri, arrival, q } = binding;
  const host = readSipUri(uri)?.host;
  const direct =
    binding.flow === undefined && host !== undefined && isAddress(host) && sameAddress(host, arrival.address);
  const hop = `sip:${formatHostPort(arrival.address, arrival.port)};transport=${arrival.protocol}`;
  return { uri, proxy: direct ? undefined : hop, q, expires: secondsLeft(binding, now) };
}

/** Whole seconds that a binding holds, at least 1. */
export function secondsLeft({ expiresAt }: Binding, now: number): number {
  return Math.max(1, Math.ceil((expiresAt - now) / 1000));
}

function sameAddress(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** IPv6 addresses have many spellings; the URL parser knows the one. */
function canonical(address: string): string {
  return address.includes(':') ? (URL.parse(`http://[${address}]`)?.hostname ?? address) : address;
}
