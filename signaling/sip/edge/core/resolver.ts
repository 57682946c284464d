import { lookup, Resolver } from 'node:dns/promises';
import type { ServiceRecord } from './service-order.ts';

/** What the edge asks of the DNS. */
export interface HostResolver {
  /** All addresses of a host name, best first (A and AAAA); throws or gives none where there are none. */
  addresses(host: string): Promise<string[]>;
  /** The SRV records of a service such as `_sip._udp.example.com`; throws or gives none where there are none. */
  services(name: string): Promise<readonly ServiceRecord[]>;
}

/** Milliseconds that one server may take, and how often it is asked: a call waits for it. */
const PATIENCE = { timeout: 1_500, tries: 2 };

/** Asks the system: hosts file and DNS for addresses, DNS for SRV. */
export function systemResolver(): HostResolver {
  const resolver = new Resolver(PATIENCE);
  return {
    addresses: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    services: async (name) => (await resolver.resolveSrv(name)).map((record) => ({ ...record, target: record.name })),
  };
}
