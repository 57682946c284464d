import { z } from 'zod';

/**
 * What pages and gateway say to each other over the WebSocket `/signal`: JSON texts, one message each.
 * The page asks (`Request`, answered by `Response` with the same id); the gateway tells (`Notice`).
 * mediasoup's own structures pass through as opaque objects, bounded in size by the door (64 KB a message).
 */

/** Raised when an old page could no longer talk to a new gateway. */
export const PROTOCOL_VERSION = 1;

/** Largest message in bytes that either side reads. */
export const MAX_MESSAGE_BYTES = 65_536;

const opaque = z.record(z.string(), z.unknown());
const identifier = z.string().min(1).max(64);

/** 1 to 32 characters: letters, digits, `-`, `_`. */
export const classCodeSchema = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/);

/** What the page shows of the lesson: the mix, or each party by itself. */
export const receptionSchema = z.enum(['mix', 'sources']);
/** One of the two: `receptionSchema`. */
export type Reception = z.infer<typeof receptionSchema>;

/** Enters the lesson; the answer is `Joined`. */
const join = z.object({
  type: z.literal('join'),
  version: z.number().int(),
  code: classCodeSchema,
  name: z.string().trim().min(1).max(64),
  reception: receptionSchema.default('mix'),
});
/** Which codecs the browser can receive (mediasoup RtpCapabilities); consumers come after it as `consumer` notices. */
const ready = z.object({ type: z.literal('ready'), rtpCapabilities: opaque });
/** DTLS parameters of one of the two transports. */
const connect = z.object({ type: z.literal('connect'), transport: identifier, dtlsParameters: opaque });
/** Begins to send a track; the answer is `Produced`. */
const produce = z.object({
  type: z.literal('produce'),
  kind: z.enum(['audio', 'video']),
  rtpParameters: opaque,
});
/** The track of a consumer is attached: media may flow. */
const resume = z.object({ type: z.literal('resume'), consumer: identifier });
/** Microphone or camera switched off or on. */
const mute = z.object({ type: z.literal('mute'), kind: z.enum(['audio', 'video']), muted: z.boolean() });
/** Mix or single sources. */
const reception = z.object({ type: z.literal('reception'), reception: receptionSchema });
/** Goodbye. */
const leave = z.object({ type: z.literal('leave') });

/** A message of a page: a request, by a number that its answer bears. */
export const requestSchema = z.object({
  id: z.number().int().nonnegative(),
  request: z.discriminatedUnion('type', [join, ready, connect, produce, resume, mute, reception, leave]),
});
/** A request with the number that its answer repeats. */
export type RequestMessage = z.infer<typeof requestSchema>;
/** What a page asks for. */
export type Request = RequestMessage['request'];
/** A request of one type. */
export type RequestOf<T extends Request['type']> = Extract<Request, { type: T }>;

/** Why a request failed or a session ended; the page has a text for each in every language. */
export const FAULTS = [
  'bad-request',
  'wrong-version',
  'unknown-class',
  'lesson-full',
  'no-capacity',
  'out-of-order',
  'media-failed',
  'internal-error',
  'shutdown',
  'lesson-over',
] as const;
/** Why a request is refused or a stay ends. */
export const faultSchema = z.enum(FAULTS);
/** One of `FAULTS`. */
export type Fault = z.infer<typeof faultSchema>;

const transportSchema = z.object({
  id: identifier,
  iceParameters: opaque,
  iceCandidates: z.array(opaque),
  dtlsParameters: opaque,
});
/** One of the two ICE/DTLS transports of a page, as mediasoup-client wants it. */
export type TransportParameters = z.infer<typeof transportSchema>;

/** Answer to `join`. */
export const joinedSchema = z.object({
  party: identifier,
  title: z.string(),
  routerRtpCapabilities: opaque,
  send: transportSchema,
  receive: transportSchema,
});
/** What a page that has joined makes its media with: `joinedSchema`. */
export type Joined = z.infer<typeof joinedSchema>;

/** Answer to `produce`. */
export const producedSchema = z.object({ producer: identifier });
/** The media server's id of what the page sends from now on. */
export type Produced = z.infer<typeof producedSchema>;

const partySchema = z.object({
  id: identifier,
  name: z.string(),
  protocol: z.enum(['sip', 'h323', 'webrtc']),
  audio: z.boolean(),
  video: z.boolean(),
});
/** Somebody in the lesson; `audio` and `video`: whether they are sent. */
export type PartyInfo = z.infer<typeof partySchema>;

const responseSchema = z.object({
  id: z.number().int(),
  ok: z.boolean(),
  /** Present where `ok`. */
  data: z.unknown().optional(),
  /** Present where not `ok`. */
  fault: faultSchema.optional(),
});
/** Answer to the request with the same `id`. */
export type Response = z.infer<typeof responseSchema>;

/** A stream for the page to show; `source` is `mix` or the id of a party. */
const consumer = z.object({
  type: z.literal('consumer'),
  consumer: identifier,
  producer: identifier,
  kind: z.enum(['audio', 'video']),
  source: identifier,
  rtpParameters: opaque,
});
/** A stream ended. */
const consumerClosed = z.object({ type: z.literal('consumer-closed'), consumer: identifier });
/** Everybody in the lesson, sent at each change. */
const parties = z.object({ type: z.literal('parties'), parties: z.array(partySchema) });
/** The media server was replaced: the page makes new PeerConnections and sends `ready` and `produce` again. */
const restart = z.object({
  type: z.literal('restart'),
  routerRtpCapabilities: opaque,
  send: transportSchema,
  receive: transportSchema,
});
/** The session is over; the WebSocket closes. */
const ended = z.object({ type: z.literal('ended'), fault: faultSchema });

const noticeSchema = z.discriminatedUnion('type', [consumer, consumerClosed, parties, restart, ended]);
/** What a page is told without asking. */
export type Notice = z.infer<typeof noticeSchema>;

/** Everything that the gateway sends. */
export const serverMessageSchema = z.union([z.object({ notice: noticeSchema }), responseSchema]);
/** A notice, or the answer to a request. */
export type ServerMessage = z.infer<typeof serverMessageSchema>;
