import type { AudioCodec } from '#codecs/media/description.ts';

/** The audio payload formats that are carried: G.711 and G.722 (RFC 3551 §4.5), Opus (RFC 7587). */
export type AudioCodecName = AudioCodec['name'];

/** Opus packets hold at most 120 ms (RFC 6716 §3.1). */
const OPUS_MAXIMUM_DURATION = 5760;

/** Frames a second that are encoded and decoded, in Hz: for G.722 twice the RTP clock (RFC 3551 §4.5.2). */
export function samplingRate(codec: AudioCodecName): 8000 | 16000 | 48000 {
  if (codec === 'opus') return 48000;
  return codec === 'G722' ? 16000 : 8000;
}

/** RTP clock in Hz: by which timestamps count. */
export function rtpClockRate(codec: AudioCodecName): 8000 | 48000 {
  return codec === 'opus' ? 48000 : 8000;
}

/**
 * Samples of one channel in a packet of so much sound, at `samplingRate`.
 * @param packetTime ms, as a=ptime says it.
 */
export function samplesPerPacket(codec: AudioCodecName, packetTime: number): number {
  return Math.round((samplingRate(codec) * packetTime) / 1000);
}

/** By how much the RTP timestamp grows from packet to packet of `packetTime` ms. */
export function timestampStep(codec: AudioCodecName, packetTime: number): number {
  return Math.round((rtpClockRate(codec) * packetTime) / 1000);
}

/**
 * How much sound a received payload holds, in units of the RTP clock: one octet of G.711 or G.722 is one unit; Opus says it in
 * its table-of-contents octet (RFC 6716 §3.1, §3.2). 0 when the payload is empty or not a possible Opus packet.
 */
export function payloadDuration(codec: AudioCodecName, payload: Uint8Array): number {
  return codec === 'opus' ? opusDuration(payload) : payload.length;
}

/**
 * Cuts a run of G.711 or G.722 octets (each 125 µs) into payloads of `packetTime` ms. An incomplete last one is left away:
 * `rest` holds it for the next call. Opus needs none of this: an Opus frame is a payload (RFC 7587 §4.2).
 */
export function splitSampledAudio(
  octets: Uint8Array,
  packetTime: number,
): { payloads: Uint8Array[]; rest: Uint8Array } {
  const length = Math.max(1, Math.round(8 * packetTime));
  const payloads: Uint8Array[] = [];
  let offset = 0;
  for (; offset + length <= octets.length; offset += length) payloads.push(octets.subarray(offset, offset + length));
  return { payloads, rest: octets.subarray(offset) };
}

/** In samples at 48 kHz. */
function opusDuration(payload: Uint8Array): number {
  const [contents, frameCount] = payload;
  if (contents === undefined) return 0;
  const code = contents & 0x03;
  let frames = code === 0 ? 1 : 2;
  if (code === 3) {
    if (frameCount === undefined) return 0;
    frames = frameCount & 0x3f;
  }
  const duration = frames * opusFrameDuration(contents >> 3);
  return duration > OPUS_MAXIMUM_DURATION ? 0 : duration;
}

/** RFC 6716 table 2. */
function opusFrameDuration(configuration: number): number {
  if (configuration >= 16) return 120 << (configuration & 0x03); // CELT: 2.5, 5, 10, 20 ms
  if (configuration >= 12) return 480 << (configuration & 0x01); // hybrid: 10, 20 ms
  const step = configuration & 0x03; // SILK: 10, 20, 40, 60 ms
  return step === 3 ? 2880 : 480 << step;
}
