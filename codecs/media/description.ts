/**
 * MediaDescription: what a party can send and receive, free of any dialect.
 * SDP, H.245 and mediasoup capabilities are three spellings of it (ARCHITECTURE.md, "Words").
 */

/** What a stream is for. `unsupported` keeps the place of a media line that is refused (RFC 3264 §6). */
export type StreamKind = 'audio' | 'main' | 'content' | 'fecc' | 'floor' | 'unsupported';

/** RFC 4566 §6, seen from the side that wrote the description. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The transport profiles that can be spelled (RFC 3551, RFC 4585). */
export type Profile = 'RTP/AVP' | 'RTP/AVPF';

/** An IP address and a UDP port. */
export interface TransportAddress {
  /** IPv4 or IPv6 literal. */
  readonly address: string;
  /** 1 to 65535; 0 stands for a refused stream. */
  readonly port: number;
}

/** Feedback messages that a peer says it understands (RFC 4585 §4.2, RFC 5104 §7, draft-alvestrand-rmcat-remb). */
export interface Feedback {
  /** Generic NACK, RFC 4585 §6.2.1. */
  readonly nack: boolean;
  /** Picture loss indication, RFC 4585 §6.3.1. */
  readonly pli: boolean;
  /** Full intra request, RFC 5104 §4.3.1. */
  readonly fir: boolean;
  /** Temporary maximum media stream bit rate request, RFC 5104 §4.2.1. */
  readonly tmmbr: boolean;
  /** Receiver estimated maximum bit rate. */
  readonly remb: boolean;
}

/** The H.264 profiles that the engine tells apart (RFC 6184 §8.1, table 5). */
export type H264Profile = 'constrained-baseline' | 'baseline' | 'main' | 'constrained-high' | 'high';

/** What an H.264 receiver takes (RFC 6184 §8.1; H.264 annex A). */
export interface H264Limits {
  readonly profile: H264Profile;
  /** level_idc: 10 for level 1, 9 for level 1b, 31 for level 3.1. */
  readonly level: number;
  /** profile_idc and profile-iop (16 bits) as the peer wrote them: one profile has several spellings and an answer repeats the offered one. */
  readonly profileSpelling?: number;
  /** packetization-mode: 0 single NAL unit, 1 non-interleaved. */
  readonly packetizationMode: 0 | 1;
  /** Whether the level may differ by direction (level-asymmetry-allowed). */
  readonly levelAsymmetryAllowed: boolean;
  /** Macroblocks per frame; only where signalled. */
  readonly maxFs?: number;
  /** Macroblocks per second; only where signalled. */
  readonly maxMbps?: number;
  /** In units of 1000 bit/s (RFC 6184 §8.1, VCL factor); only where signalled. */
  readonly maxBr?: number;
  /** Octets of the longest NAL unit that the receiver wishes for (max-rcmd-nalu-size, RFC 6184 §8.1; H.241 §8.3.2.10); only where signalled. */
  readonly recommendedNalUnit?: number;
  /** Frames per second; RFC 8851-like `max-fps` of Polycom and Cisco is sent in 1/100 and stored here in frames/s. */
  readonly maxFps?: number;
}

/** What a VP8 receiver takes (RFC 7741 §6.1). */
export interface Vp8Limits {
  /** Macroblocks per frame. */
  readonly maxFs?: number;
  /** Frames per second. */
  readonly maxFr?: number;
}

/** The sizes of H.261 and H.263 (H.263 §4.1), luma samples. */
export const PICTURE_SIZES = {
  SQCIF: { width: 128, height: 96 },
  QCIF: { width: 176, height: 144 },
  CIF: { width: 352, height: 288 },
  CIF4: { width: 704, height: 576 },
  CIF16: { width: 1408, height: 1152 },
} as const;
/** The name of a picture size. */
export type PictureSize = keyof typeof PICTURE_SIZES;

/**
 * The minimum picture interval (MPI) of each size that an H.261 or H.263 receiver takes: at most 30000/1001 pictures a second divided by
 * it. H.261 has QCIF and CIF with intervals of 1 to 4, H.263 all sizes with 1 to 32.
 */
export type PictureIntervals = { readonly [Size in PictureSize]?: number };

/** What an H.261 receiver takes (RFC 4587 §6.1). */
export interface H261Limits {
  readonly intervals: PictureIntervals;
  /** In units of 100 bit/s; only H.245 signals it. */
  readonly maxBr?: number;
}

/**
 * What an H.263 receiver takes (RFC 4629 §8.1). Custom sizes and optional modes (annexes) are not in it: we send pictures without, which
 * every receiver takes.
 */
export interface H263Limits {
  readonly intervals: PictureIntervals;
  /** In units of 100 bit/s; only where signalled. */
  readonly maxBr?: number;
}

/** Parameters of an Opus receiver (RFC 7587 §6.1). */
export interface OpusParameters {
  /** bit/s, 6000 to 510000. */
  readonly maxAverageBitrate?: number;
  readonly useInbandFec: boolean;
  readonly useDtx: boolean;
  readonly stereo: boolean;
  /** Hz. */
  readonly maxPlaybackRate?: number;
}

interface CodecBase {
  /** RTP payload type, 0 to 127. */
  readonly payloadType: number;
  /** The payload type that the writer itself sends with, where it is another one: in H.245 each direction has its own. */
  readonly incomingPayloadType?: number;
  /** The writer sends it and does not take it: in H.245 each direction has codecs of its own. */
  readonly incomingOnly?: boolean;
  /** RTP clock in Hz: 8000 for G.722 although it samples at 16000 (RFC 3551 §4.5.2). */
  readonly clockRate: number;
}

/** G.711 and G.722, RFC 3551. */
export interface G7xxCodec extends CodecBase {
  readonly name: 'PCMU' | 'PCMA' | 'G722';
}
/** Opus, RFC 7587. */
export interface OpusCodec extends CodecBase {
  readonly name: 'opus';
  readonly opus: OpusParameters;
}
/** DTMF digits as events, RFC 4733. */
export interface TelephoneEventCodec extends CodecBase {
  readonly name: 'telephone-event';
}
/** H.264, RFC 6184. */
export interface H264Codec extends CodecBase {
  readonly name: 'H264';
  readonly h264: H264Limits;
  readonly feedback: Feedback;
  /** Base64 NAL units of the writer's own stream (sprop-parameter-sets, RFC 6184 §8.1): some rooms never send them in band. */
  readonly parameterSets?: readonly string[];
}
/** VP8, RFC 7741. */
export interface Vp8Codec extends CodecBase {
  readonly name: 'VP8';
  readonly vp8: Vp8Limits;
  readonly feedback: Feedback;
}

/** H.261, RFC 4587. */
export interface H261Codec extends CodecBase {
  readonly name: 'H261';
  readonly h261: H261Limits;
  readonly feedback: Feedback;
}
/** H.263 in packets of RFC 2190 (H263) or RFC 4629 (the others). */
export interface H263Codec extends CodecBase {
  readonly name: 'H263' | 'H263-1998' | 'H263-2000';
  readonly h263: H263Limits;
  readonly feedback: Feedback;
}

/** A codec of sound, with its payload type and parameters. */
export type AudioCodec = G7xxCodec | OpusCodec;
/** A codec of pictures, with its payload type and parameters. */
export type VideoCodec = H264Codec | Vp8Codec | H261Codec | H263Codec;
/** Anything that a payload type stands for; telephone events are RFC 4733. */
export type Codec = AudioCodec | VideoCodec | TelephoneEventCodec;

/** One media stream of a party. */
export interface StreamDescription {
  readonly kind: StreamKind;
  /** The literal media type of an SDP line (`audio`, `video`, `application` …), kept to refuse it in its place. */
  readonly mediaType: string;
  /** The literal protocol of the line; only the `Profile` values can be accepted. */
  readonly protocol: string;
  /** The formats as they stood on the line: kept to refuse it in its place. */
  readonly formats: readonly string[];
  /** Where RTP is wanted; port 0 for a refused or disabled stream. */
  readonly address: TransportAddress;
  /** Where RTCP is wanted, where it is not RTP's port + 1 (RFC 3605) and not multiplexed. */
  readonly rtcpAddress?: TransportAddress;
  /** RFC 5761. */
  readonly rtcpMux: boolean;
  /** RFC 5506 reduced-size RTCP. */
  readonly rtcpReducedSize: boolean;
  readonly direction: Direction;
  /** In the order of the writer's preference. Unknown codecs are left out. */
  readonly codecs: readonly Codec[];
  /** bit/s of RTP header and payload, from b=TIAS or from b=AS less the headers of IP and UDP (RFC 3890 §6); absent where unlimited. */
  readonly bitRate?: number;
  /** ms of sound in a packet (a=ptime). */
  readonly packetTime?: number;
  /** RFC 4796 a=content (`main`, `slides` …). */
  readonly content?: string;
  /** RFC 4574 a=label. */
  readonly label?: string;
  /** RFC 5888 a=mid. */
  readonly mid?: string;
}

/** All that a party says about its media in one offer, answer, capability set. */
export interface MediaDescription {
  readonly streams: readonly StreamDescription[];
  /** Session bit rate in bit/s of all streams together (b= of the session), counted like that of a stream, where given. */
  readonly bitRate?: number;
  /** Session id and version of the SDP o= line (RFC 3264 §8: +1 with each change). */
  readonly origin?: { readonly sessionId: string; readonly version: string };
}
