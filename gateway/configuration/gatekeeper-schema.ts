import { isIP } from 'node:net';
import { z } from 'zod';
import { key } from './key.ts';
import { transportAddressSchema } from './transport-address.ts';

const truth = z.union([z.boolean(), z.stringbool()]);
const RAS_PORT = 1719;
const seconds = z.coerce.number().int().min(20).max(86_400);
const kilobits = z.coerce.number().int().min(64).max(400_000_000);

/** A user of the gatekeeper: SHA-1 of the password does for H.235.1; the MD5 schemes of old rooms need the password itself. */
const userSchema = z
  .strictObject({
    name: z.string().min(1).max(128),
    key: z
      .string()
      .regex(/^[0-9a-f]{40}$/, 'must be 40 hexadecimal digits')
      .optional(),
    password: z.string().min(1).max(128).optional(),
  })
  .refine(({ key, password }) => (key === undefined) !== (password === undefined), 'needs either key or password');

/** `h323.gatekeeper`: rooms that register by RAS. */
export const gatekeeperSchema = z.strictObject({
  enabled: key(truth.default(true), 'CLASSBRIDGE_H323_GATEKEEPER_ENABLED', 'Whether H.323 rooms can register here.'),
  port: key(
    z.coerce.number().int().min(1).max(65_535).default(RAS_PORT),
    'CLASSBRIDGE_H323_GATEKEEPER_PORT',
    'RAS of the gatekeeper, UDP, at h323.address.',
  ),
  identifier: key(
    z.string().min(1).max(128).default('Classbridge'),
    'CLASSBRIDGE_H323_GATEKEEPER_IDENTIFIER',
    'Name of the gatekeeper.',
  ),
  multicast: key(
    truth.default(false),
    'CLASSBRIDGE_H323_GATEKEEPER_MULTICAST',
    'Whether rooms that look for any gatekeeper of their network find this one (224.0.1.41, port 1718).',
  ),
  users: key(
    z.array(userSchema).max(10_000).default([]),
    'CLASSBRIDGE_H323_GATEKEEPER_USERS',
    'Rooms with a password: a list of {name, key} as npm start -- --hash NAME prints them, or {name, password} for rooms that know only the MD5 schemes; in the environment as JSON.',
  ),
  requireAuthentication: key(
    truth.default(false),
    'CLASSBRIDGE_H323_GATEKEEPER_REQUIRE_AUTHENTICATION',
    'Whether only rooms with a password may register.',
  ),
  registrationTime: key(
    seconds.default(300),
    'CLASSBRIDGE_H323_GATEKEEPER_REGISTRATION_TIME',
    'Time after which a room is gone that does not refresh its registration and did not ask for another time.',
    's',
  ),
  minimumRegistrationTime: key(
    seconds.default(30),
    'CLASSBRIDGE_H323_GATEKEEPER_MINIMUM_REGISTRATION_TIME',
    'Rooms that ask for less get this.',
    's',
  ),
  maximumRegistrationTime: key(
    seconds.default(3600),
    'CLASSBRIDGE_H323_GATEKEEPER_MAXIMUM_REGISTRATION_TIME',
    'Rooms that ask for more get this.',
    's',
  ),
  roomToRoom: key(
    z.enum(['direct', 'routed']).default('direct'),
    'CLASSBRIDGE_H323_GATEKEEPER_ROOM_TO_ROOM',
    'How registered rooms call each other: by themselves, or with their call signalling through this service.',
  ),
  callsOutside: key(
    truth.default(false),
    'CLASSBRIDGE_H323_GATEKEEPER_CALLS_OUTSIDE',
    'Whether registered rooms may call addresses where nobody is registered.',
  ),
  callBandwidth: key(
    kilobits.default(8000),
    'CLASSBRIDGE_H323_GATEKEEPER_CALL_BANDWIDTH',
    'Most that one call of a registered room is granted, both ways together.',
    'kbit/s',
  ),
  totalBandwidth: key(
    kilobits.default(1_000_000),
    'CLASSBRIDGE_H323_GATEKEEPER_TOTAL_BANDWIDTH',
    'Most that all such calls are granted; calls beyond it are refused.',
    'kbit/s',
  ),
  preGranted: key(
    truth.default(false),
    'CLASSBRIDGE_H323_GATEKEEPER_PRE_GRANTED',
    'Whether rooms need not ask for each call; all their calls come here then.',
  ),
  alternates: key(
    z.array(transportAddressSchema(RAS_PORT)).max(8).default([]),
    'CLASSBRIDGE_H323_GATEKEEPER_ALTERNATES',
    'Gatekeepers that rooms may turn to when this one is gone: a list of address or address:port.',
  ),
  neighbours: key(
    z
      .array(z.string().refine((value) => isIP(value) !== 0, 'must be an IPv4 or IPv6 address'))
      .max(100)
      .default([]),
    'CLASSBRIDGE_H323_GATEKEEPER_NEIGHBOURS',
    'Addresses of other gatekeepers that may ask where a room is (LRQ).',
  ),
});
