/** ms between two announcements to a lesson. */
export const ANNOUNCE_INTERVAL = 100;

/**
 * Gathers announcements: the first is made at once, those that follow within ANNOUNCE_INTERVAL become one. So a page that switches its
 * microphone as fast as it can does not fill everybody's line.
 */
export class Announcer {
  readonly #tell: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /** `tell` tells everybody the newest state. */
  constructor(tell: () => void) {
    this.#tell = tell;
  }

  announce(): void {
    if (this.#timer !== undefined) {
      this.#isDue = true;
      return;
    }
    this.#timer = setTimeout(() => this.#onPause(), ANNOUNCE_INTERVAL).unref();
    this.#tell();
  }

  #onPause(): void {
    this.#timer = undefined;
    if (this.#isDue) {
      this.#isDue = false;
      this.announce();
    }
  }
}
