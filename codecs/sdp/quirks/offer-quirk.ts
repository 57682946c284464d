/** A habit of a real system in an offer, and what we answer. */
export interface OfferQuirk {
  readonly id: string;
  readonly who: string;
  /** What it does. */
  readonly does: string;
  readonly source: string;
  /** A file of `vectors/`, or media lines in a session of their own. */
  readonly sdp: string | readonly string[];
  /** Our answer line by line: media type, protocol, then payload types and direction, or `refused`; or why there is none. */
  readonly answer: readonly string[] | 'no-common-media';
  /** What we send: payload type and codec of sound, of DTMF, of the picture with the largest size of ours that fits at 25 a second. */
  readonly sends: string;
}
