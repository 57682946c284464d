/** A step beyond this is another stream to receivers (MAX_DROPOUT of RFC 3550 §A.1 is 3000). */
const LARGEST = 2900;

/**
 * By how much a source that goes on in another engine leaves out sequence numbers: more than the engine before can have used since
 * the record was made. A number that comes twice would be dropped as repeated, or in SRTP betray the key stream.
 * @param packetsPerSecond the most that the source sends
 * @param elapsed ms since the record
 */
export function leap(least: number, packetsPerSecond: number, elapsed: number): number {
  return Math.min(LARGEST, Math.max(least, Math.ceil((packetsPerSecond * elapsed) / 1000)));
}
