import assert from 'node:assert/strict';
import { pino } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { H323Application, type H323ApplicationOptions } from '../application/h323-application.ts';
import { EndpointService, type EndpointServiceOptions } from './endpoint/endpoint-service.ts';
import { GatekeeperService, type GatekeeperServiceOptions } from './gatekeeper/gatekeeper-service.ts';
import type { GatekeeperOptions } from './gatekeeper/options.ts';

// A gatekeeper, endpoints and rooms on sockets of this machine, for tests: what a test does not say is usual.

const log = pino({ level: 'silent' });
/** Any free port. */
export const ANY = { address: '127.0.0.1', port: 0 };
/** What an example room can do. */
export const ROOM_CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });

/** What a gatekeeper decides by. Rooms without password are let in; 1 Mbit/s is 10,000. */
export const GATEKEEPER_RULES = {
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

export function exampleGatekeeper(options: Partial<GatekeeperServiceOptions>): GatekeeperService {
  return new GatekeeperService({ ...GATEKEEPER_RULES, listen: ANY, multicast: false, log, ...options });
}

/** An endpoint without password that registers straight away. */
export function exampleEndpoint(
  options: Pick<EndpointServiceOptions, 'gatekeepers' | 'aliases'> & Partial<EndpointServiceOptions>,
): EndpointService {
  return new EndpointService({
    listen: ANY,
    callSignalPort: 1720,
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

/** A room's side, or a gateway's. */
export function exampleApplication(options: Partial<H323ApplicationOptions> = {}): H323Application {
  return new H323Application({
    listen: ANY,
    h245Ports: { from: 22_100, to: 22_600 },
    capabilities: ROOM_CAPABILITIES,
    displayName: 'Room',
    tunnelling: true,
    fastStart: true,
    log,
    ...options,
  });
}

/** Looks every 10 ms for 8 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tried = 0; tried < 800; tried++) {
    if (condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}
