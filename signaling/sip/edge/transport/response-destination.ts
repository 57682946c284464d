import { isAddress, sameHost } from '../message/host.ts';
import type { Via } from '../message/via.ts';
import type { Endpoint } from './transport.ts';

/** Where SIP goes when no port is named (RFC 3261 §18.1.1). */
export const DEFAULT_SIP_PORT = 5060;

/**
 * Where an answer over UDP goes (RFC 3261 §18.2.2, RFC 3581 §4): always to the address that the request came from;
 * to its port where `rport` was asked for or the sender is behind a NAT, else to the sent-by port. `maddr` is ignored:
 * it would let a stranger aim our answers at others.
 * @param via the top Via as received
 */
export function responseDestination(via: Via | undefined, source: Endpoint): Endpoint {
  if (via === undefined || via.parameters.has('rport')) return source;
  if (isAddress(via.host) && !sameHost(via.host, source.address)) return source;
  return { address: source.address, port: via.port ?? DEFAULT_SIP_PORT };
}

/**
 * Where an answer over TCP goes when the connection of the request is gone (RFC 3261 §18.2.2): to the listening port of
 * the sender.
 */
export function reconnectDestination(via: Via | undefined, source: Endpoint): Endpoint {
  return { address: source.address, port: via?.port ?? DEFAULT_SIP_PORT };
}
