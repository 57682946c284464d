import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';

/** ms between two changes: each may mean another encoding, and who asks is a stranger. */
const LEAST_DISTANCE = 1000;

/** How much picture a party wants to be sent at the most, as it says in mid-call (H.245 flowControlCommand). */
export class PictureLimit {
  readonly #changed: () => void;
  readonly #later: (work: () => void, delay: number) => void;
  #bitRate = Number.POSITIVE_INFINITY;
  #wanted = Number.POSITIVE_INFINITY;
  #changedAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  /** `changed` is called when another limit holds. */
  constructor(
    changed: () => void,
    later: (work: () => void, delay: number) => void = (work, delay) => void setTimeout(work, delay).unref(),
  ) {
    this.#changed = changed;
    this.#later = later;
  }

  /** bit/s; infinite before anything was asked for. */
  get bitRate(): number {
    return this.#bitRate;
  }

  /** The party asks for so many bit/s at the most. The newest wish counts, a second after the one before. `now` in ms. */
  ask(bitRate: number, now: number): void {
    this.#wanted = bitRate;
    if (this.#isWaiting) {
      return;
    }
    const wait = this.#changedAt + LEAST_DISTANCE - now;
    if (wait <= 0) {
      this.#apply(now);
      return;
    }
    this.#isWaiting = true;
    this.#later(() => {
      this.#isWaiting = false;
      this.#apply(now + wait);
    }, wait);
  }

  /** The stream within the limit; one that may have nothing is not sent. */
  applyTo(video: NegotiatedVideo | undefined): NegotiatedVideo | undefined {
    if (video === undefined || this.#bitRate >= video.sendBitRate) {
      return video;
    }
    if (this.#bitRate > 0) {
      return { ...video, sendBitRate: this.#bitRate };
    }
    const isReceived = video.direction === 'sendrecv' || video.direction === 'recvonly';
    return { ...video, direction: isReceived ? 'recvonly' : 'inactive' };
  }

  #apply(now: number): void {
    if (this.#wanted !== this.#bitRate) {
      this.#bitRate = this.#wanted;
      this.#changedAt = now;
      this.#changed();
    }
  }
}
