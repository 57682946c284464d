import { pino } from 'pino';
import { ANY } from '../application/example-application.ts';
import { EndpointService, type EndpointServiceOptions } from './endpoint/endpoint-service.ts';
import { GatekeeperService, type GatekeeperServiceOptions } from './gatekeeper/gatekeeper-service.ts';
import type { GatekeeperOptions } from './gatekeeper/options.ts';

// A gatekeeper and endpoints on sockets of this machine, for tests: what a test does not say is usual.

const log = pino({ level: 'silent' });

/** What a gatekeeper decides by. Rooms without password are let in; 1 Mbit/s is 10,000. */
const GATEKEEPER_RULES = {
  gatekeeperIdentifier: 'Province',
  callSignalPort: 1720,
  users: [],
  authentication: 'optional',
  timeToLive: { usual: 60, minimum: 30, maximum: 300 },
  roomToRoom: 'direct',
  callsOutside: false,
  bandwidth: { perCall: 20_000, total: 30_000 },
  preGranted: false,
  alternates: [],
  neighbours: [],
  isOurs: () => false,
} satisfies Partial<GatekeeperOptions>;

/** A gatekeeper on any free port of 127.0.0.1, not yet open, by the rules above where `options` do not tell. */
export function exampleGatekeeper(options: Partial<GatekeeperServiceOptions>): GatekeeperService {
  return new GatekeeperService({ ...GATEKEEPER_RULES, listen: ANY, multicast: false, log, ...options });
}

/** An endpoint without password that registers straight away. */
export function exampleEndpoint(
  options: Pick<EndpointServiceOptions, 'gatekeepers' | 'aliases'> & Partial<EndpointServiceOptions>,
): EndpointService {
  return new EndpointService({
    listen: ANY,
    // Not that of the gatekeeper, which is at the same address.
    callSignalPort: 1721,
    discovery: false,
    gatekeeperIdentifier: undefined,
    prefixes: [],
    timeToLive: 60,
    user: undefined,
    unregisteredCalls: 'refused',
    log,
    ...options,
  });
}
