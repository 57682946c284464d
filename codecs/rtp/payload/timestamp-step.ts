import type { AudioCodec } from '#codecs/media/description.ts';

/**
 * By how much the RTP timestamp grows from packet to packet of `packetTime` ms. The clock of Opus runs at 48 kHz (RFC 7587 §4.1), that of
 * G.711 and G.722 at 8 kHz, though G.722 samples at 16 kHz (RFC 3551 §4.5.2).
 */
export function timestampStep(codec: AudioCodec['name'], packetTime: number): number {
  return Math.round(((codec === 'opus' ? 48_000 : 8000) * packetTime) / 1000);
}
