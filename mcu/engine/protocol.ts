import { z } from 'zod';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { DROP_REASONS } from '../leg/drop-reason.ts';
import { ENGINE_THREADS } from './heartbeat-watch.ts';
import { id, ssrc, transportAddress } from './identifiers.ts';
import { legEventsSchema } from './leg-event.ts';
import { legRecord } from './resume-record.ts';

/**
 * What gateway and engine say to each other over the child process's channel. The gateway holds what should be and sends
 * the whole of it as one numbered `Desired`; the engine makes it so and reports facts. Nothing is a delta, so that a new
 * engine is built from the last `Desired` alone.
 */
export const ENGINE_PROTOCOL_VERSION = 2;

/** The negotiated structures come from the gateway's own negotiation: only their shape is looked at here. */
const negotiatedAudio = z.custom<NegotiatedAudio>((value) => hasKind(value, ['audio']));
const negotiatedVideo = z.custom<NegotiatedVideo>((value) => hasKind(value, ['main', 'content']));

function hasKind(value: unknown, kinds: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('remote' in value)) {
    return false;
  }
  return typeof value.kind === 'string' && kinds.includes(value.kind);
}

/** The sound of a leg. Without `media` the port is held and nothing flows yet. */
const audioStream = z.object({
  /** Where the RTP socket is bound; RTCP is bound to the next port. */
  local: transportAddress,
  /** Synchronisation source of what we send. */
  ssrc,
  media: negotiatedAudio.optional(),
});

/** The picture of a leg. */
const videoStream = z.object({
  local: transportAddress,
  media: negotiatedVideo.optional(),
  /** What is sent: one rendition, or one for each simulcast layer, lowest first; or what another leg sends, as it is. */
  outputs: z.array(z.union([z.object({ ssrc, rendition: id }), z.object({ ssrc, source: id })])).max(4),
});

const leg = z.object({
  id,
  /** Legs of one lesson hear each other. */
  lesson: id,
  /** Shown on the placeholder. */
  name: z.string().max(128),
  /** RTCP canonical name: the same for all that shall be played in step (RFC 3550 §6.5.1). */
  cname: z.string().min(1).max(128),
  /** IP address that the party's signalling comes from, where it is known: media from there are believed sooner. */
  host: z.string().min(2).max(64).optional(),
  audio: audioStream.optional(),
  video: videoStream.optional(),
  /** The party switched its camera off: the placeholder is shown at once. */
  cameraOff: z.boolean(),
});
/** The media side of one call, or of what is published to the SFU. */
export type LegDesired = z.infer<typeof leg>;

const view = z.object({
  id,
  layout: z.enum(['grid']),
  /** Leg ids in the order of the cells. */
  sources: z.array(id).max(25),
});
/** What a group of parties looks at: sources in the cells of a layout. */
export type ViewDesired = z.infer<typeof view>;

const rendition = z.object({
  id,
  view: id,
  codec: z.enum(['H264', 'VP8', 'H261', 'H263']),
  /** Of the picture that is encoded: H.261 and H.263 have a few sizes of their own, and the view stands in them between bars. */
  width: z.number().int().min(16).max(1920).multipleOf(16),
  height: z.number().int().min(16).max(1088).multipleOf(2),
  /** Frames per second. */
  frameRate: z.number().int().min(1).max(30),
  /** bit/s. */
  bitRate: z.number().int().min(32_000).max(20_000_000),
  /** Largest NAL unit in bytes, for receivers of packetization-mode 0. */
  maximumSliceBytes: z.number().int().min(200).max(1400).optional(),
});
/** One encoding of a view; shared by all parties whose needs are alike. */
export type RenditionDesired = z.infer<typeof rendition>;

/** The whole state that an engine should have; see ARCHITECTURE.md, "Desired state". */
export const desiredSchema = z.object({
  version: z.literal(ENGINE_PROTOCOL_VERSION),
  /** Grows with each change. */
  number: z.number().int().nonnegative(),
  legs: z.array(leg).max(500),
  views: z.array(view).max(200),
  renditions: z.array(rendition).max(500),
});
/** What `apply` carries: `desiredSchema`. */
export type Desired = z.infer<typeof desiredSchema>;

/** Gateway to engine. */
export const commandSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('apply'),
    desired: desiredSchema,
    /** Legs whose pictures must not be decoded: their placeholder stands for them. */
    quarantined: z.array(id).max(500),
    /** Legs whose pictures are to be decoded one at a time. */
    suspects: z.array(id).max(500),
  }),
  /** What another engine left: the legs of the next `apply` go on from there. */
  z.object({ type: z.literal('resume'), records: z.array(legRecord).max(500) }),
  /** A key frame of a rendition was asked for by signalling (SIP INFO, H.245). */
  z.object({ type: z.literal('key-frame'), leg: id }),
  z.object({ type: z.literal('stop') }),
]);
/** One message to the engine: `commandSchema`. */
export type Command = z.infer<typeof commandSchema>;

const counters = z.object({
  packets: z.number(),
  bytes: z.number(),
  /** Inbound: seen by us. Outbound: as the peer reports it. */
  lost: z.number(),
  /** ms, RFC 3550 §6.4.1. */
  jitter: z.number(),
});
/** Counters of one direction of a stream since the leg began. */
export type StreamCounters = z.infer<typeof counters>;

/** What the far side's last reports say of what we send it; left out before there are any. */
const farReport = {
  /** Share of packets missed between its last two reports, 0 to 1. */
  lossRatio: z.number().optional(),
  /** ms. */
  roundTrip: z.number().optional(),
};

const keyFrameRequest = z.enum(['pli', 'fir', 'signalling']);

const mixFigures = z.object({
  /** ms from arrival to leaving in a mix, for each picture in each rendition since the last report. */
  mixDelays: z.array(z.number()).max(500),
  /** ms by which pictures left later than the sound of the same moment, mean since the last report, where it is known. */
  skew: z.number().optional(),
});
/** How a party's pictures go through the mix (mcu/leg/mix-timing.ts). */
export type MixFigures = z.infer<typeof mixFigures>;

const legFigures = z.object({
  leg: id,
  lesson: id,
  /** ms since any of its streams brought RTP or RTCP, or since the leg began. */
  silentFor: z.number(),
  /** Datagrams that came to its ports and were not used, since the leg began. */
  dropped: z.record(z.enum(DROP_REASONS), z.number()),
  /** ms since the first packet of its picture or sound; left out before. */
  heardFor: z.number().optional(),
  audio: z
    .object({ in: counters, out: counters, concealed: z.number(), playoutDelay: z.number(), ...farReport })
    .optional(),
  video: z
    .object({
      in: counters,
      out: counters,
      /** Pictures decoded since the leg began, those of them that no beat of the mix showed, and their size now. */
      decoded: z.number(),
      leftOut: z.number(),
      /** ms that pictures wait, for the latest of them and for their sound. */
      hold: z.number(),
      width: z.number(),
      height: z.number(),
      freezes: z.number(),
      /** bit/s that the encodings aim at that are sent; 0 where none is. */
      targetBitRate: z.number(),
      ...mixFigures.shape,
      ...farReport,
      keyFramesAsked: z.number(),
      /** The same by the way of asking. */
      keyFrameRequests: z.object({ pli: z.number(), fir: z.number(), signalling: z.number() }),
      /** Key frames that came since the last report after they were asked for; ms (mcu/leg/key-frame-latency.ts). */
      keyFrameWaits: z.array(z.object({ request: keyFrameRequest, waited: z.number() })).max(100),
      keyFramesGiven: z.number(),
    })
    .optional(),
});
/** What is counted and measured of one leg, told once a second. */
export type LegFigures = z.infer<typeof legFigures>;

/** Facts, engine to gateway. */
export const factSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    version: z.literal(ENGINE_PROTOCOL_VERSION),
    /** The kernel's number of the I/O thread (gettid(2)), where it is known. */
    ioTask: z.number().int().positive().optional(),
  }),
  /** The loop of this thread turns; every 250 ms. */
  z.object({ type: z.literal('heartbeat'), thread: z.enum(ENGINE_THREADS) }),
  /** Of legs that are due: every second, and when there is something new. */
  z.object({ type: z.literal('resume-records'), records: z.array(legRecord).max(500) }),
  /** All of a `Desired` is in force: ports are bound but for the legs named. */
  z.object({ type: z.literal('applied'), number: z.number().int(), unbound: z.array(id) }),
  /** The party must be asked for a key frame by signalling: feedback over RTCP did not bring one. */
  z.object({ type: z.literal('key-frame-wanted'), leg: id }),
  z.object({
    type: z.literal('dtmf'),
    leg: id,
    digit: z.string().length(1),
    method: z.enum(['rfc4733', 'in-band']),
  }),
  z.object({
    type: z.literal('figures'),
    /** Clock time at which packets were counted, ms: what lies between two is not changed by the way to the gateway. */
    at: z.number(),
    legs: z.array(legFigures),
    /** Seconds from the beginning of a beat of the mix to its last encoded rendition, for each beat since the last report. */
    mixTimes: z.array(z.number()).max(1000),
    /** Pictures left out since the last report because the one before was late. */
    ticksSkipped: z.number(),
    /** ms since the last report, 99th percentile. */
    eventLoopDelay: z.object({ picture: z.number(), io: z.number() }),
  }),
  /** For diagnosis: left out first where there is much to do. */
  z.object({ type: z.literal('leg-events'), legs: z.array(legEventsSchema).max(500) }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['info', 'warn', 'error']),
    event: z.string(),
    detail: z.record(z.string(), z.unknown()),
  }),
]);
/** One message of the engine: `factSchema`. */
export type Fact = z.infer<typeof factSchema>;
/** A fact of one type. */
export type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;
