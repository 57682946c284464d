/** ms from one beat of the mix to the next: 25 a second. */
export const BEAT = 40;
/**
 * A picture waits for a beat that is no more than this (ms) after it may be shown: its place. Two beats, so that pictures whose times
 * are off by up to a beat are all shown: 25 of a camera that takes 30 have distances of 33 and 67 ms.
 */
const PLACES = 2 * BEAT;
/** A source whose pictures are nearer to each other than this (ms on average) sends more than there are beats. */
const FAST = 38;
/** Weight of the newest in the mean distance: two seconds of pictures. */
const WEIGHT = 1 / 50;
/** A distance past this (ms) is a pause. */
const PAUSE = 200;
/** So long pictures may all wait for more than a beat, ms. */
const PATIENCE = 120_000;
/** Pictures that wait, and octets of them, before the first goes on before its time. */
const ENOUGH = { pictures: 12, octets: 48 * 1024 * 1024 } as const;
/** The same at the most, with no beat to take them: the oldest is left out. */
const MOST = { pictures: 16, octets: 64 * 1024 * 1024 } as const;

/** A picture of a source, and the memory behind it. */
export interface QueuedPicture {
  readonly picture: { readonly octets: number; free(): void };
  /** When it may be shown, ms. */
  readonly due: number;
}

/**
 * Decoded pictures of one source between its own beat and that of the mix, of which each shows one: that which follows, from its
 * time on. What comes faster than the beats, or too late, is passed over for what is newer. Times in ms.
 */
export class PictureQueue<P extends QueuedPicture> {
  readonly #waiting: P[] = [];
  #octets = 0;
  #shown: P | undefined;
  #place = 0;
  /** When one waited for less than a beat. */
  #earlyAt: number | undefined;
  #leftOut = 0;
  #distance = BEAT;
  #newestDue: number | undefined;

  /** What the beat shows; undefined before the first. Freed when the next takes its place. */
  get shown(): P | undefined {
    return this.#shown;
  }

  /** What came last. */
  get newest(): P | undefined {
    return this.#waiting.at(-1) ?? this.#shown;
  }

  /** From when the picture that was shown last might be, to its beat: 0 to 80. */
  get place(): number {
    return this.#place;
  }

  /** Pictures that no beat showed. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** A new picture. */
  push(picture: P): void {
    const distance = picture.due - (this.#newestDue ?? picture.due - this.#distance);
    this.#newestDue = picture.due;
    if (distance >= 0 && distance < PAUSE) {
      this.#distance += (distance - this.#distance) * WEIGHT;
    }
    this.#waiting.push(picture);
    this.#octets += picture.picture.octets;
    while (this.#isOver(MOST)) {
      this.#leaveOut(this.#take());
    }
  }

  /** Whether pictures could be shown a beat earlier, and could have been for long. */
  isBehind(now: number): boolean {
    return now - (this.#earlyAt ?? now) > PATIENCE;
  }

  /** The beat of `now`. @param hurries whether one is passed over that need not be @returns whether it shows another picture than the one before */
  advance(now: number, hurries = false): boolean {
    if (!this.#mayBeShown(now)) {
      return false;
    }
    let next = this.#take();
    while (this.#mayBeShown(now) && (this.#isOver(ENOUGH) || this.#cannotWait(now, hurries))) {
      this.#leaveOut(next);
      next = this.#take();
    }
    if (next !== undefined) {
      this.#shown?.picture.free();
      this.#shown = next;
      this.#place = Math.min(PLACES, Math.max(0, now - next.due));
      this.#earlyAt = this.#place <= BEAT || this.isBehind(now) ? now : (this.#earlyAt ?? now);
    }
    return next !== undefined;
  }

  /** Frees all. */
  clear(): void {
    for (const { picture } of this.#waiting.splice(0)) {
      picture.free();
    }
    this.#octets = 0;
    this.#shown?.picture.free();
    this.#shown = undefined;
  }

  /** Whether the time of the first that waits has come: also where that of a later one has, since the time base has changed then. */
  #mayBeShown(now: number): boolean {
    return this.#isOver(ENOUGH) || this.#waiting.some(({ due }) => due <= now);
  }

  /** Whether the first that waits would be too late for the next beat, or what comes after it is. */
  #cannotWait(now: number, hurries: boolean): boolean {
    const due = this.#waiting[0]?.due ?? now;
    const since = this.#distance < FAST || hurries ? now : now - (PLACES - BEAT);
    return due > now || due < since;
  }

  #isOver({ pictures, octets }: { readonly pictures: number; readonly octets: number }): boolean {
    return this.#waiting.length > 1 && (this.#waiting.length > pictures || this.#octets > octets);
  }

  #take(): P | undefined {
    const head = this.#waiting.shift();
    this.#octets -= head?.picture.octets ?? 0;
    return head;
  }

  #leaveOut(picture: P | undefined): void {
    if (picture !== undefined) {
      picture.picture.free();
      this.#leftOut += 1;
    }
  }
}
