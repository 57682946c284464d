import type { AudioCodec, Direction, TelephoneEventCodec, TransportAddress, VideoCodec } from './description.ts';

/**
 * What offer and answer came to, seen from our side: what the engine needs to run the media of a leg.
 * The same for SIP, H.323 and WebRTC.
 */
export interface NegotiatedMedia {
  /** One entry for each stream that is running (refused ones are left out). */
  readonly streams: readonly NegotiatedStream[];
}

interface NegotiatedBase {
  /** Place of the stream in the offer (index of the SDP media line). */
  readonly index: number;
  /** Where we send RTP. Symmetric RTP may correct it. */
  readonly remote: TransportAddress;
  /** Where we send RTCP; equals `remote` with `rtcpMux`. */
  readonly remoteRtcp: TransportAddress;
  readonly rtcpMux: boolean;
  /** Our direction: `sendonly` means that we send and the peer listens. */
  readonly direction: Direction;
}

/** Sound that offer and answer agree on. */
export interface NegotiatedAudio extends NegotiatedBase {
  readonly kind: 'audio';
  /** What we send: the payload type is the one that the peer wants. */
  readonly send: AudioCodec;
  /** ms of sound that we put in a packet: 20 unless the peer asks otherwise. */
  readonly packetTime: number;
  /** What may arrive: the payload types are the ones that we announced. */
  readonly receive: readonly AudioCodec[];
  readonly telephoneEvent?: { readonly send: TelephoneEventCodec; readonly receive: TelephoneEventCodec };
}

/** A picture that offer and answer agree on. */
export interface NegotiatedVideo extends NegotiatedBase {
  readonly kind: 'main' | 'content';
  /** What we send: payload type and limits (level, max-fs …) are the peer's. */
  readonly send: VideoCodec;
  /** The most that we may send, bit/s of RTP payload and header, from b=, max-br, level and our own ceiling. */
  readonly sendBitRate: number;
  /** What may arrive. */
  readonly receive: readonly VideoCodec[];
}

/** A stream that offer and answer agree on. */
export type NegotiatedStream = NegotiatedAudio | NegotiatedVideo;

/** What this machine offers to any party; from configuration. */
export interface LocalCapabilities {
  /** In our order of preference. Payload types of `codecs` are those of an offer that we make. */
  readonly audio: readonly (AudioCodec | TelephoneEventCodec)[];
  readonly video: readonly VideoCodec[];
  /** Our ceiling for one video stream, bit/s. */
  readonly videoBitRate: number;
}

/** The addresses that a leg's streams have in the engine. */
export interface LocalTransport {
  /** By place of the stream: the address written into our SDP. */
  readonly audio: TransportAddress;
  readonly main: TransportAddress;
}
