import { isIP } from 'node:net';
import { z } from 'zod';
import { aliasKey } from '#signaling/h323/ras/alias-key.ts';
import { gatekeeperSchema } from './gatekeeper-schema.ts';
import { h323GuardSchema } from './guard-schema.ts';
import { h323UpstreamSchema } from './h323-upstream-schema.ts';
import { key } from './key.ts';

const truth = z.union([z.boolean(), z.stringbool()]);
const port = z.coerce.number().int().min(1).max(65_535);

/** `h323`: rooms that speak H.323. */
export const h323Schema = z.strictObject({
  enabled: key(truth.default(true), 'CLASSBRIDGE_H323_ENABLED', 'Whether H.323 is spoken.'),
  address: key(
    z
      .string()
      .refine((value) => isIP(value) !== 0, 'must be an IPv4 or IPv6 address')
      .default('0.0.0.0'),
    'CLASSBRIDGE_H323_ADDRESS',
    'Local address of H.323 call signalling; 0.0.0.0 is every one.',
  ),
  port: key(port.default(1720), 'CLASSBRIDGE_H323_PORT', 'H.323 call signalling, TCP.'),
  controlPortFrom: key(
    port.default(5555),
    'CLASSBRIDGE_H323_CONTROL_PORT_FROM',
    'First TCP port for H.245 of rooms that do not tunnel it.',
  ),
  controlPortTo: key(
    port.default(5999),
    'CLASSBRIDGE_H323_CONTROL_PORT_TO',
    'Last TCP port for H.245 of rooms that do not tunnel it.',
  ),
  tunnelling: key(
    truth.default(true),
    'CLASSBRIDGE_H323_TUNNELLING',
    'Whether H.245 goes through call signalling where the room can do so.',
  ),
  fastStart: key(
    truth.default(true),
    'CLASSBRIDGE_H323_FAST_START',
    'Whether channels are proposed in the Setup when rooms are called.',
  ),
  guard: h323GuardSchema.prefault({}),
  gatekeeper: gatekeeperSchema.prefault({}),
  upstream: key(
    h323UpstreamSchema.optional(),
    'CLASSBRIDGE_H323_UPSTREAM',
    'The gatekeeper to register at: {gatekeepers, aliases} and, where needed, {user, password, identifier, prefixes, discovery, registrationTime, unregisteredCalls}; in the environment as JSON.',
  ),
});

/** What does not go together: path within `h323`, and what is wrong. */
export function h323Faults(h323: z.infer<typeof h323Schema>): [path: string[], fault: string][] {
  const { gatekeeper, upstream } = h323;
  const faults: [string[], string][] = [];
  if (h323.controlPortTo < h323.controlPortFrom) {
    faults.push([['controlPortTo'], 'must not be below h323.controlPortFrom']);
  }
  if (gatekeeper.requireAuthentication && gatekeeper.users.length === 0) {
    faults.push([['gatekeeper', 'requireAuthentication'], 'needs h323.gatekeeper.users: nobody could register']);
  }
  const names = gatekeeper.users.map(({ name }) => aliasKey(name));
  if (new Set(names).size !== names.length) {
    faults.push([['gatekeeper', 'users'], 'every user has a name of his own; as with aliases, case does not count']);
  }
  if (names.includes('')) {
    faults.push([['gatekeeper', 'users'], 'every user has a name']);
  }
  const { minimumRegistrationTime, registrationTime, maximumRegistrationTime } = gatekeeper;
  if (minimumRegistrationTime > registrationTime || registrationTime > maximumRegistrationTime) {
    faults.push([['gatekeeper', 'registrationTime'], 'must lie between the minimum and the maximum']);
  }
  if ((upstream?.user === undefined) !== (upstream?.password === undefined)) {
    faults.push([['upstream', 'password'], 'user and password go together']);
  }
  return faults;
}
