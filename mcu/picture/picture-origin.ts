/** When a picture came to us, and when its party took it. */
export interface PictureOrigin {
  /** Clock time (ms) at which its last packet was in its place. */
  readonly arrivedAt: number;
  /** Unix ms on the party's clock, by its sender reports; undefined where it sends none. */
  readonly takenAt: number | undefined;
}

/** A party's picture that is in a mix for the first time. */
export interface ShownPicture {
  readonly leg: string;
  readonly origin: PictureOrigin;
}
