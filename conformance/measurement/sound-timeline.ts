const SAMPLE_RATE = 48_000;
/** Pieces that are remembered: some seconds of packets. */
const KEPT = 250;

/** When a sample was there, and for which moment its sender says that it is. Both in ms. */
export interface SampleTime {
  /** When it could be played at the earliest: its packet's coming and its place in it. */
  readonly at: number;
  /** Unix ms by the sender's reports; undefined before there was one. */
  readonly meant: number | undefined;
}

/** Says of every sample of a flow when it was there. */
export class SoundTimeline {
  #pieces: { readonly begin: number; readonly time: SampleTime }[] = [];
  #length = 0;

  /** The next samples, of which the first was there at `time`. */
  add(count: number, time: SampleTime): void {
    this.#pieces.push({ begin: this.#length, time });
    this.#length += count;
    if (this.#pieces.length > 2 * KEPT) {
      this.#pieces = this.#pieces.slice(-KEPT);
    }
  }

  /** The time of a sample, counted from the first one; undefined where it is forgotten or not there yet. */
  timeOf(sample: number): SampleTime | undefined {
    const piece = this.#pieces.findLast(({ begin }) => begin <= sample);
    if (piece === undefined || sample >= this.#length) {
      return undefined;
    }
    const offset = ((sample - piece.begin) * 1000) / SAMPLE_RATE;
    const { at, meant } = piece.time;
    return { at: at + offset, meant: meant === undefined ? undefined : meant + offset };
  }
}
