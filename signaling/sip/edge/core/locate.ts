import { lookup } from 'node:dns/promises';
import { isAddress } from '../message/host.ts';
import { readSipUri } from '../message/uri.ts';
import { DEFAULT_SIP_PORT } from '../transport/response-destination.ts';
import type { Endpoint, TransportProtocol } from '../transport/transport.ts';
import type { Transports } from '../transport/transports.ts';
import { CommandRefused } from './application.ts';

/** Where and how a request goes. */
export interface Destination {
  readonly protocol: TransportProtocol;
  readonly remote: Endpoint;
  /** Whether the URI named the protocol itself. */
  readonly protocolNamed: boolean;
}

/** All addresses of a host name, best first; throws where there are none. */
export type ResolveHost = (host: string) => Promise<string[]>;

/** Asks the system: hosts file and DNS, A and AAAA. */
export const resolveBySystem: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};

/**
 * Finds where a SIP URI leads. Of RFC 3263 this does the protocol (§4.1, without NAPTR) and addresses (§4.2, A and AAAA);
 * SRV records belong between the two.
 * @param uri SIP URI, or `host[:port]` as outbound proxies are sometimes given
 * @throws CommandRefused where the URI, its transport or its host cannot be used
 */
export async function locate(uri: string, transports: Transports, resolveHost: ResolveHost): Promise<Destination> {
  const read = readSipUri(uri) ?? readSipUri(`sip:${uri}`);
  if (read === undefined) throw new CommandRefused('invalid request-uri');
  const named = read.parameters.get('transport')?.toLowerCase();
  if (read.scheme === 'sips' || (named !== undefined && named !== 'udp' && named !== 'tcp')) {
    throw new CommandRefused('requested protocol/transport not available');
  }
  const host = read.parameters.get('maddr')?.replace(/^\[|\]$/g, '') ?? read.host;
  const addresses = isAddress(host) ? [host] : await resolve(host, resolveHost);
  const protocols: readonly TransportProtocol[] = named === undefined ? ['udp', 'tcp'] : [named];
  for (const protocol of protocols) {
    const address = addresses.find((candidate) => transports.supports(protocol, candidate));
    if (address === undefined) continue;
    return { protocol, remote: { address, port: read.port ?? DEFAULT_SIP_PORT }, protocolNamed: named !== undefined };
  }
  throw new CommandRefused('requested protocol/transport not available');
}

async function resolve(host: string, resolveHost: ResolveHost): Promise<string[]> {
  try {
    const addresses = await resolveHost(host);
    if (addresses.length > 0) return addresses;
  } catch {
    // Told below.
  }
  throw new CommandRefused(`unable to resolve host ${host}`);
}
