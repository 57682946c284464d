/** ms between two tries. */
const DISTANCE = 1000;
/** Tries in a row: what holds a port for so long is no engine that dies. */
const TRIES = 30;

/**
 * Legs without ports: the engine tries to bind what is not bound with every state, so the same one is sent again for a while. A new
 * engine may find ports of a leg in use, by what is left of the one before or by a program that was quicker.
 */
export class Rebinding {
  readonly #commit: () => void;
  readonly #later: (work: () => void, delay: number) => void;
  #tries = 0;
  #waits = false;

  /** `later` runs work after `delay` ms. */
  constructor(commit: () => void, later: (work: () => void, delay: number) => void) {
    this.#commit = commit;
    this.#later = later;
  }

  /** A state is in force but for some legs. */
  unbound(): void {
    if (this.#waits || this.#tries >= TRIES) {
      return;
    }
    this.#waits = true;
    this.#tries += 1;
    this.#later(() => {
      this.#waits = false;
      this.#commit();
    }, DISTANCE);
  }

  /** Another engine is at work: what one found taken says nothing of the next one. */
  restarted(): void {
    this.#tries = 0;
  }
}
