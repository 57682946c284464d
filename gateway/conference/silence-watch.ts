/** What is to be done about a silent party. */
export type SilenceStep = 'probe' | 'end';

/** Follows how long parties send neither RTP nor RTCP: first they are asked by signalling, then given up. */
export class SilenceWatch {
  readonly #patience: number;
  readonly #probed = new Set<string>();

  /** `patience` in ms. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** A party has been silent for so long (ms). A step is given once; sound again makes all of it undone. */
  report(party: string, silentFor: number): SilenceStep | undefined {
    if (silentFor < this.#patience) {
      this.#probed.delete(party);
      return undefined;
    }
    if (silentFor >= 2 * this.#patience) {
      this.#probed.delete(party);
      return 'end';
    }
    if (this.#probed.has(party)) {
      return undefined;
    }
    this.#probed.add(party);
    return 'probe';
  }

  /** The party is gone. */
  forget(party: string): void {
    this.#probed.delete(party);
  }
}
