import { isIP } from 'node:net';
import { z } from 'zod';
import { DIGEST_ALGORITHMS } from '#signaling/sip/digest/algorithm.ts';
import { classCodeSchema } from '#signaling/webrtc/protocol.ts';
import { admissionSchema } from './admission-schema.ts';
import { diagnosisSchema } from './diagnosis-schema.ts';
import { guardSchema } from './guard-schema.ts';
import { h323Faults, h323Schema } from './h323-schema.ts';
import { key } from './key.ts';
import { registrarUriSchema, userNameSchema } from './sip-names.ts';

/**
 * Every key of the configuration, once: type, bounds, default, unit, doc line and environment variable. `--help`, the YAML
 * file and the environment are all read off this table.
 */

const ipAddress = z.string().refine((value) => isIP(value) !== 0, 'must be an IPv4 or IPv6 address');
const port = z.coerce.number().int().min(1).max(65_535);
const mediaPort = z.coerce.number().int().min(1024).max(32_767);

const sip = z.strictObject({
  address: key(
    ipAddress.default('0.0.0.0'),
    'CLASSBRIDGE_SIP_ADDRESS',
    'Local address of the SIP port; 0.0.0.0 is every one.',
  ),
  port: key(port.default(5060), 'CLASSBRIDGE_SIP_PORT', 'SIP over UDP and TCP.'),
  sessionTime: key(
    z.coerce.number().int().min(90).max(86_400).default(1800),
    'CLASSBRIDGE_SIP_SESSION_TIME',
    'A room that does not refresh its call within this time is taken for gone (RFC 4028).',
    's',
  ),
  minimumSessionTime: key(
    z.coerce.number().int().min(90).max(86_400).default(90),
    'CLASSBRIDGE_SIP_MINIMUM_SESSION_TIME',
    'Calls that want to be refreshed more often are refused with 422.',
    's',
  ),
  realm: key(
    z
      .string()
      .regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/, 'must be 1 to 64 plain characters without quotes and backslashes')
      .default('classbridge'),
    'CLASSBRIDGE_SIP_REALM',
    'Realm of the users; their hashes hold for it alone.',
  ),
  users: key(
    z
      .array(
        z.strictObject({
          name: userNameSchema,
          md5: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits'),
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
            .optional(),
        }),
      )
      .max(10_000)
      .default([]),
    'CLASSBRIDGE_SIP_USERS',
    'Rooms that may register: a list of {name, md5, sha256}, as npm start -- --hash NAME prints them; in the environment as JSON.',
  ),
  requireAuthentication: key(
    z.union([z.boolean(), z.stringbool()]).default(false),
    'CLASSBRIDGE_SIP_REQUIRE_AUTHENTICATION',
    'Whether only users may call; calls through a registrar of sip.upstream are let in all the same.',
  ),
  digestAlgorithms: key(
    z.array(z.enum(DIGEST_ALGORITHMS)).min(1).max(DIGEST_ALGORITHMS.length).default(['MD5']),
    'CLASSBRIDGE_SIP_DIGEST_ALGORITHMS',
    'What users are challenged with, best first: MD5, SHA-256 or both. Many rooms give up at a challenge with SHA-256 even beside one with MD5.',
  ),
  minimumRegistrationTime: key(
    z.coerce.number().int().min(1).max(86_400).default(60),
    'CLASSBRIDGE_SIP_MINIMUM_REGISTRATION_TIME',
    'Registrations for a shorter time are refused with 423.',
    's',
  ),
  maximumRegistrationTime: key(
    z.coerce.number().int().min(1).max(86_400).default(3600),
    'CLASSBRIDGE_SIP_MAXIMUM_REGISTRATION_TIME',
    'Registrations for a longer time are cut to this.',
    's',
  ),
  upstream: key(
    z
      .array(
        z.strictObject({
          registrar: registrarUriSchema,
          user: userNameSchema,
          password: z.string().min(1).max(128),
          aliases: z.array(userNameSchema).min(1).max(100).optional(),
        }),
      )
      .max(16)
      .default([]),
    'CLASSBRIDGE_SIP_UPSTREAM',
    'Registrars to register at: a list of {registrar, user, password, aliases}; aliases are the class codes to be called by, or else the user is.',
  ),
  guard: guardSchema.prefault({}),
});

const drachtio = z.strictObject({
  host: key(
    z.string().min(1).optional(),
    'DRACHTIO_HOST',
    'A drachtio-server to use in place of the embedded SIP edge.',
  ),
  port: key(port.default(9022), 'DRACHTIO_PORT', 'Control port of that drachtio-server.'),
  secret: key(z.string().min(1).default('cymru'), 'DRACHTIO_SECRET', 'Secret of that drachtio-server.'),
});

const web = z.strictObject({
  address: key(ipAddress.default('0.0.0.0'), 'CLASSBRIDGE_WEB_ADDRESS', 'Local address of the pages.'),
  port: key(port.default(8443), 'CLASSBRIDGE_WEB_PORT', 'HTTPS and WSS of the pages.'),
  certificate: key(
    z.string().min(1).optional(),
    'CLASSBRIDGE_WEB_CERTIFICATE',
    'PEM file of the certificate chain; without one a self-signed certificate is made at the first start.',
  ),
  privateKey: key(z.string().min(1).optional(), 'CLASSBRIDGE_WEB_PRIVATE_KEY', 'PEM file of its private key.'),
});

const operator = z.strictObject({
  address: key(
    ipAddress.default('127.0.0.1'),
    'CLASSBRIDGE_OPERATOR_ADDRESS',
    'Local address of /health and /metrics.',
  ),
  port: key(port.default(9464), 'CLASSBRIDGE_OPERATOR_PORT', 'HTTP port of /health and /metrics.'),
});

const media = z.strictObject({
  portFrom: key(mediaPort.default(20_000), 'CLASSBRIDGE_MEDIA_PORT_FROM', 'First UDP port for RTP and RTCP of rooms.'),
  portTo: key(mediaPort.default(27_999), 'CLASSBRIDGE_MEDIA_PORT_TO', 'Last UDP port for RTP and RTCP of rooms.'),
  relayPortFrom: key(
    mediaPort.default(28_000),
    'CLASSBRIDGE_MEDIA_RELAY_PORT_FROM',
    'First UDP port between the mixing engine and the browsers’ media server (loopback only).',
  ),
  relayPortTo: key(mediaPort.default(31_999), 'CLASSBRIDGE_MEDIA_RELAY_PORT_TO', 'Last such port.'),
  silenceTime: key(
    z.coerce.number().int().min(2).max(3600).default(20),
    'CLASSBRIDGE_MEDIA_SILENCE_TIME',
    'A room that sends neither RTP nor RTCP for this time is asked by signalling whether it is there; after twice the time its call ends.',
    's',
  ),
  pictureSize: key(
    z.enum(['720p', '1080p']).default('1080p'),
    'CLASSBRIDGE_MEDIA_PICTURE_SIZE',
    'Largest mixed picture that is made: 1280x720 or 1920x1080, both at 25 pictures a second.',
  ),
  videoBitRate: key(
    z.coerce.number().int().min(128).max(20_000).default(2_000),
    'CLASSBRIDGE_MEDIA_VIDEO_BIT_RATE',
    'Most that is sent of one picture.',
    'kbit/s',
  ),
});

const webrtc = z.strictObject({
  port: key(port.default(10_000), 'CLASSBRIDGE_WEBRTC_PORT', 'Media of all browsers, UDP and TCP.'),
});

const lessons = z.strictObject({
  classes: key(
    z
      .array(z.object({ code: classCodeSchema, title: z.string().min(1).max(128) }))
      .min(1)
      .max(10_000)
      .default([{ code: '1001', title: 'Classroom 1001' }]),
    'CLASSBRIDGE_LESSONS_CLASSES',
    'The classes that can be joined: a list of {code, title}; in the environment as JSON.',
  ),
  maximumParties: key(
    z.coerce.number().int().min(2).max(25).default(16),
    'CLASSBRIDGE_LESSONS_MAXIMUM_PARTIES',
    'Parties in one lesson at the most.',
  ),
});

const service = z.strictObject({
  dataFolder: key(
    z.string().min(1).optional(),
    'CLASSBRIDGE_DATA_FOLDER',
    'Where the service keeps what it makes, such as its certificate; by default classbridge in the user’s data folder.',
  ),
  logLevel: key(
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    'CLASSBRIDGE_LOG_LEVEL',
    'Least level of events that are logged.',
  ),
  announcedAddress: key(
    ipAddress.optional(),
    'CLASSBRIDGE_ANNOUNCED_ADDRESS',
    'The address under which rooms and browsers reach this machine when it stands behind NAT.',
  ),
  drain: key(
    z.enum(['end', 'wait']).default('end'),
    'CLASSBRIDGE_DRAIN',
    'When the service is asked to stop: end the calls at once, or wait until the lessons are over. Nobody new is let in.',
  ),
  drainTime: key(
    z.coerce.number().int().min(1).max(86_400).default(3600),
    'CLASSBRIDGE_DRAIN_TIME',
    'How long it waits at the most.',
    's',
  ),
});

/** The whole configuration, section by section; a key that is not here is refused. */
export const configurationSchema = z
  .object({
    service: service.prefault({}),
    sip: sip.prefault({}),
    h323: h323Schema.prefault({}),
    drachtio: drachtio.prefault({}),
    web: web.prefault({}),
    webrtc: webrtc.prefault({}),
    media: media.prefault({}),
    lessons: lessons.prefault({}),
    admission: admissionSchema.prefault({}),
    operator: operator.prefault({}),
    diagnosis: diagnosisSchema.prefault({}),
  })
  .strict()
  .superRefine((value, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (value.media.portTo - value.media.portFrom < 7) {
      fault(['media', 'portTo'], 'must leave room for at least 8 ports after media.portFrom');
    }
    if (value.media.relayPortTo - value.media.relayPortFrom < 7) {
      fault(['media', 'relayPortTo'], 'must leave room for at least 8 ports after media.relayPortFrom');
    }
    if (value.media.portFrom <= value.media.relayPortTo && value.media.relayPortFrom <= value.media.portTo) {
      fault(['media', 'relayPortFrom'], 'must not overlap media.portFrom to media.portTo');
    }
    if ((value.web.certificate === undefined) !== (value.web.privateKey === undefined)) {
      fault(['web', 'privateKey'], 'web.certificate and web.privateKey go together');
    }
    for (const [path, message] of h323Faults(value.h323)) {
      fault(['h323', ...path], message);
    }
    const names = value.sip.users.map(({ name }) => name);
    if (new Set(names).size !== names.length) {
      fault(['sip', 'users'], 'every user has a name of his own');
    }
    if (value.sip.requireAuthentication && names.length === 0) {
      fault(['sip', 'requireAuthentication'], 'needs sip.users: nobody could call');
    }
    if (value.sip.digestAlgorithms.includes('SHA-256') && value.sip.users.some(({ sha256 }) => sha256 === undefined)) {
      fault(['sip', 'digestAlgorithms'], 'SHA-256 needs sha256 of every one of sip.users');
    }
    if (value.sip.minimumRegistrationTime > value.sip.maximumRegistrationTime) {
      fault(['sip', 'maximumRegistrationTime'], 'must not be below sip.minimumRegistrationTime');
    }
    const codes = value.lessons.classes.map(({ code }) => code);
    if (new Set(codes).size !== codes.length) {
      fault(['lessons', 'classes'], 'every class has a code of its own');
    }
  });

/** The whole configuration, checked, with defaults filled in. */
export type Configuration = z.infer<typeof configurationSchema>;

/** One key as help and environment see it. */
export interface ConfigurationKey {
  /** Section and key, such as ['sip', 'port'], or with a section within: ['sip', 'guard', 'rate']. */
  readonly path: readonly [string, string, ...string[]];
  readonly environment: string;
  readonly description: string;
  readonly unit: string | undefined;
  /** As it would be written; undefined where there is none. */
  readonly default: string | undefined;
}

/** All keys in the order of the schema. */
export function configurationKeys(): ConfigurationKey[] {
  const sections = {
    service,
    sip,
    h323: h323Schema,
    drachtio,
    web,
    webrtc,
    media,
    lessons,
    admission: admissionSchema,
    operator,
    diagnosis: diagnosisSchema,
  };
  return Object.entries(sections).flatMap(([sectionName, section]) =>
    Object.entries(section.shape).flatMap(([name, schema]) => keysOf([sectionName, name], schema)),
  );
}

/** The key of a schema, or those of a section within a section. */
function keysOf(path: ConfigurationKey['path'], schema: z.ZodType): ConfigurationKey[] {
  const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : undefined;
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, nested]) => keysOf([...path, name], nested));
  }
  const { environment = '', description = '', unit } = schema.meta() ?? {};
  const parsed = schema.safeParse(undefined);
  const fallback = parsed.success ? parsed.data : undefined;
  const written =
    fallback === undefined ? undefined : typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback);
  return [{ path, environment, description, unit, default: written }];
}
