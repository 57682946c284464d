import { isAddress, plainAddress } from '../message/host.ts';
import { readSipUri, type SipUri } from '../message/uri.ts';
import { DEFAULT_SIP_PORT } from '../transport/response-destination.ts';
import type { Endpoint, TransportProtocol } from '../transport/transport.ts';
import { CommandRefused } from './application.ts';
import type { HostResolver } from './resolver.ts';
import { orderServices, type ServiceRecord } from './service-order.ts';

/** Where and how a request goes. */
export interface Destination {
  readonly protocol: TransportProtocol;
  readonly remote: Endpoint;
  /** Whether the URI named the protocol itself. */
  readonly protocolNamed: boolean;
}

/** What locating needs beside the URI. */
export interface LocateOptions {
  /** Whether the edge can send by this protocol to this address. */
  readonly supports: (protocol: TransportProtocol, address: string) => boolean;
  readonly resolver: HostResolver;
  /** A number in [0, 1), for the weights of SRV records. */
  readonly random: () => number;
}

/** The most addresses that are tried for one request. */
const MAX_DESTINATIONS = 8;

/** A host and a port, and the protocols that serve there. */
interface Candidate {
  readonly host: string;
  readonly port: number;
  readonly protocol: TransportProtocol;
}

/**
 * Finds where a SIP URI leads (RFC 3263 §4, without NAPTR): SRV records where neither a port nor an address is given, then
 * A and AAAA. Where the URI does not name the protocol, UDP goes before TCP.
 * @param uri SIP URI, or `host[:port]` as outbound proxies are sometimes given
 * @returns at least one destination, to be tried in this order (§4.3)
 * @throws CommandRefused where the URI, its transport or its host cannot be used
 */
export async function locate(uri: string, options: LocateOptions): Promise<Destination[]> {
  const read = readSipUri(uri) ?? readSipUri(`sip:${uri}`);
  if (read === undefined) throw new CommandRefused('invalid request-uri');
  const named = read.parameters.get('transport')?.toLowerCase();
  if (read.scheme === 'sips' || (named !== undefined && named !== 'udp' && named !== 'tcp')) {
    throw new CommandRefused('requested protocol/transport not available');
  }
  const protocols: readonly TransportProtocol[] = named === undefined ? ['udp', 'tcp'] : [named];
  const candidates = await findCandidates(read, protocols, options);
  const addresses = await resolveAll(candidates, options.resolver);
  if (addresses.size === 0) throw new CommandRefused(`unable to resolve host ${targetHost(read)}`);
  const destinations: Destination[] = [];
  for (const { host, port, protocol } of candidates) {
    for (const address of addresses.get(host) ?? []) {
      if (!options.supports(protocol, address)) continue;
      destinations.push({ protocol, remote: { address, port }, protocolNamed: named !== undefined });
    }
  }
  const usable = withoutSecondProtocol(destinations, candidates);
  if (usable.length === 0) throw new CommandRefused('requested protocol/transport not available');
  return usable.slice(0, MAX_DESTINATIONS);
}

function targetHost(uri: SipUri): string {
  return plainAddress(uri.parameters.get('maddr')?.replace(/^\[|\]$/g, '') ?? uri.host);
}

async function findCandidates(
  uri: SipUri,
  protocols: readonly TransportProtocol[],
  options: LocateOptions,
): Promise<Candidate[]> {
  const host = targetHost(uri);
  const plain = protocols.map((protocol) => ({ host, port: uri.port ?? DEFAULT_SIP_PORT, protocol }));
  if (uri.port !== undefined || isAddress(host)) return plain;
  const found = await Promise.all(protocols.map((protocol) => services(`_sip._${protocol}.${host}`, options)));
  if (found.every((records) => records.length === 0)) return plain;
  return found.flatMap((records, index) =>
    records
      .filter(({ target }) => target !== '' && target !== '.')
      .map(({ target, port }) => ({ host: target, port, protocol: protocols[index] ?? 'udp' })),
  );
}

async function services(name: string, { resolver, random }: LocateOptions): Promise<ServiceRecord[]> {
  try {
    return orderServices((await resolver.services(name)).slice(0, 64), random).slice(0, MAX_DESTINATIONS);
  } catch {
    // No answer and no such record are alike: the addresses of the name itself are tried.
    return [];
  }
}

async function resolveAll(candidates: readonly Candidate[], resolver: HostResolver): Promise<Map<string, string[]>> {
  const addresses = new Map<string, string[]>();
  const resolve = async (host: string) => {
    const found = isAddress(host) ? [host] : await resolver.addresses(host).catch(() => []);
    if (found.length > 0) addresses.set(host, found.map(plainAddress));
  };
  await Promise.all([...new Set(candidates.map(({ host }) => host))].map(resolve));
  return addresses;
}

/** Without SRV records nothing says that the host takes TCP as well: then one protocol is used, UDP where possible. */
function withoutSecondProtocol(destinations: Destination[], candidates: readonly Candidate[]): Destination[] {
  const [first, second] = candidates;
  const guessed = candidates.length === 2 && first?.host === second?.host && first?.port === second?.port;
  const [best] = destinations;
  return guessed ? destinations.filter(({ protocol }) => protocol === best?.protocol) : destinations;
}
