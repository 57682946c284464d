/** More than this (ms) between two looks means that it was the looker who stood still. */
const LONGEST_LOOK = 1000;

/** Tells when a process that should be heard regularly hangs. All times in ms of one clock that does not jump. */
export class HangWatch {
  readonly #patience: number;
  #heardAt: number;
  #lookedAt: number;

  /** @param patience ms of silence that count as hanging */
  constructor(patience: number, now: number) {
    this.#patience = patience;
    this.#heardAt = now;
    this.#lookedAt = now;
  }

  /** The process was heard. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** Whether it hangs. To be asked several times a second: what was missed between far looks is not held against the process. */
  hangs(now: number): boolean {
    const missed = Math.max(0, now - this.#lookedAt - LONGEST_LOOK);
    this.#lookedAt = now;
    this.#heardAt = Math.min(now, this.#heardAt + missed);
    return now - this.#heardAt > this.#patience;
  }
}
