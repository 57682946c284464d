/** Where a picture comes from: its times at the party and here. */
export interface PictureOrigin {
  /** Clock time (ms) at which its last packet was in its place. */
  readonly arrivedAt: number;
  /** ms of its unwrapped RTP timestamp: when it was taken, from an origin of the source's own. */
  readonly mediaTime: number;
  /** How long the party's sound waited to be mixed when it came, ms; undefined where the party sends none. */
  readonly soundDelay: number | undefined;
  /** Unix ms on the party's clock when it was taken, by its sender reports; undefined where it sends none. */
  readonly takenAt: number | undefined;
}

/** A party's picture that is in a mix for the first time. */
export interface ShownPicture {
  readonly leg: string;
  readonly origin: PictureOrigin;
  /** How long the party's sound has to wait at the least, to be mixed with the picture of its moment, ms. */
  readonly soundDelayWanted: number;
}
