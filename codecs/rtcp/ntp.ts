/** NTP time as RTCP carries it (RFC 3550 §4): seconds since 1900 and 2^-32ths of a second, both unsigned 32 bits. */
export interface NtpTimestamp {
  readonly seconds: number;
  readonly fraction: number;
}

/** Seconds from 1900-01-01 to 1970-01-01. */
const UNIX_EPOCH = 2_208_988_800;
const TWO_TO_32 = 2 ** 32;

/** @param unixMs ms since 1970, fractions allowed; after February 2036 the seconds begin again at 0. */
export function ntpFromUnixMs(unixMs: number): NtpTimestamp {
  const whole = Math.floor(unixMs / 1000);
  const fraction = Math.floor(((unixMs - whole * 1000) / 1000) * TWO_TO_32);
  return { seconds: (whole + UNIX_EPOCH) % TWO_TO_32, fraction: Math.min(fraction, TWO_TO_32 - 1) };
}

/** ms since 1970. Seconds without the uppermost bit are of the era that begins in 2036 (RFC 4330 §3). */
export function unixMsFromNtp(ntp: NtpTimestamp): number {
  const seconds = ntp.seconds < 2 ** 31 ? ntp.seconds + TWO_TO_32 : ntp.seconds;
  return (seconds - UNIX_EPOCH) * 1000 + (ntp.fraction / TWO_TO_32) * 1000;
}

/** The middle 32 bits, in units of 1/65536 s: what a reception report carries as LSR (RFC 3550 §6.4.1). */
export function compactNtp(ntp: NtpTimestamp): number {
  return (((ntp.seconds & 0xffff) << 16) | (ntp.fraction >>> 16)) >>> 0;
}

/** A span in ms as 1/65536 s, for DLSR (RFC 3550 §6.4.1); 0 to 2^32 - 1. */
export function compactNtpSpan(ms: number): number {
  return Math.min(Math.max(0, Math.round((ms * 65536) / 1000)), TWO_TO_32 - 1);
}

/**
 * The round-trip time that a reception report tells to the sender of the reports it answers (RFC 3550 §6.4.1).
 * @param now when the report came, as compact NTP on the clock that our sender reports carry.
 * @param lastSenderReport LSR of the report block; 0 where the peer has had no sender report.
 * @param delaySinceLastSenderReport DLSR of the report block.
 * @returns ms; undefined when there was no sender report or the figures contradict each other.
 */
export function roundTripTime(
  now: number,
  lastSenderReport: number,
  delaySinceLastSenderReport: number,
): number | undefined {
  if (lastSenderReport === 0) return undefined;
  const span = (now - lastSenderReport - delaySinceLastSenderReport) | 0;
  // Clocks are rounded: a little below nothing is nothing; a lot, or more than a minute, is a peer that reckons otherwise.
  if (span < -655 || span > 60 * 65536) return undefined;
  return (Math.max(0, span) * 1000) / 65536;
}
