/**
 * The two ways in which SDP counts a bit rate (RFC 3890). b=TIAS counts RTP header and payload; b=AS, in kbit/s, also the headers of UDP and
 * IP. A MediaDescription counts as TIAS does, so b=AS is converted with the header of IPv4 and UDP and usual packets.
 */

/** Bytes of IPv4 and UDP header. */
const HEADERS = 28;
/** Bytes of RTP in a full video packet. */
const VIDEO_PACKET = 1200;
/** Sound with 20 ms in a packet: bit/s of IPv4 and UDP headers. */
const AUDIO_HEADERS = 50 * HEADERS * 8;

/**
 * b=AS to bit/s; rounded down.
 * @param kilobits the value of the line, kbit/s
 */
export function fromApplicationSpecific(kilobits: number, mediaType: string | undefined): number {
  const bits = kilobits * 1000;
  if (mediaType === 'audio') return Math.max(0, bits - AUDIO_HEADERS);
  return Math.floor((bits * VIDEO_PACKET) / (VIDEO_PACKET + HEADERS));
}

/**
 * bit/s to b=AS, rounded up: what is read back is never below what was written.
 * @returns kbit/s
 */
export function toApplicationSpecific(bitRate: number, mediaType: string | undefined): number {
  if (mediaType === 'audio') return Math.ceil((bitRate + AUDIO_HEADERS) / 1000);
  return Math.ceil((bitRate * (VIDEO_PACKET + HEADERS)) / (VIDEO_PACKET * 1000));
}
