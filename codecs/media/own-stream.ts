import type { Codec, StreamDescription, TransportAddress } from './description.ts';
import type { LocalCapabilities } from './negotiated.ts';

/** Set aside for sound in the session bit rate that we write, bit/s. */
const AUDIO_RATE = 128_000;

/** The session bit rate that we write: our video ceiling and sound. */
export function sessionBitRate(local: LocalCapabilities): number {
  return local.videoBitRate + AUDIO_RATE;
}

/** A media line that we refuse: the peer's line in its place with port 0 (RFC 3264 §6). */
export function refused(line: StreamDescription, address: string): StreamDescription {
  return {
    kind: line.kind,
    mediaType: line.mediaType,
    protocol: line.protocol,
    formats: line.formats,
    address: { address, port: 0 },
    rtcpMux: false,
    rtcpReducedSize: false,
    direction: 'inactive',
    codecs: [],
    ...(line.mid !== undefined && { mid: line.mid }),
  };
}

type LineSettings = Pick<
  StreamDescription,
  'kind' | 'mediaType' | 'protocol' | 'direction' | 'rtcpMux' | 'rtcpReducedSize'
> &
  Partial<Pick<StreamDescription, 'mid' | 'content'>>;

/** A running media line of ours: a video line names its bit rate, an audio line its packet time. */
export function running(
  settings: LineSettings,
  address: TransportAddress,
  codecs: readonly Codec[],
  local: LocalCapabilities,
): StreamDescription {
  return {
    ...settings,
    formats: codecs.map((codec) => String(codec.payloadType)),
    address,
    codecs,
    ...(settings.kind === 'audio' ? { packetTime: 20 } : { bitRate: local.videoBitRate }),
  };
}
