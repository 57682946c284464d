/** ms from one beat of the mix to the next: 25 a second. */
const BEAT = 40;
/**
 * A picture is shown by a beat that is 0 to this (ms) after it may be: its place. More than a beat, so that who comes now just before a
 * beat and now just after it keeps the later one: to change costs a picture.
 */
export const PLACES = 60;
/** Octets of decoded pictures that wait before the first of them goes on before its time: seventeen of 720p. */
const ENOUGH_BYTES = 24 * 1024 * 1024;
/** The same at the most, with no beat to take them: the oldest is left out. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A picture of a source, and the memory behind it. */
export interface QueuedPicture {
  readonly picture: { readonly width: number; readonly height: number; free(): void };
  /** When it may be shown, ms. */
  readonly due: number;
}

/**
 * Decoded pictures of one source between its own beat and that of the mix, of which each shows one: that which follows, from its
 * time on. Pictures as many as there are beats keep their place between them, each is shown by one; of more than that, and of what
 * comes too late, the newer one counts. Times in ms.
 */
export class PictureQueue<P extends QueuedPicture> {
  readonly #waiting: P[] = [];
  #bytes = 0;
  #shown: P | undefined;
  #place = 0;
  #leftOut = 0;

  /** What the beat shows; undefined before the first. Freed when the next takes its place. */
  get shown(): P | undefined {
    return this.#shown;
  }

  /** What came last. */
  get newest(): P | undefined {
    return this.#waiting.at(-1) ?? this.#shown;
  }

  /** From when the picture that was shown last might be, to its beat: 0 to `PLACES`. */
  get place(): number {
    return this.#place;
  }

  /** Pictures that no beat showed. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** A new picture. */
  push(picture: P): void {
    this.#waiting.push(picture);
    this.#bytes += sizeOf(picture);
    while (this.#bytes > MOST_BYTES && this.#waiting.length > 1) {
      this.#leaveOut(this.#take());
    }
  }

  /** The beat of `now`. @returns whether it shows another picture than the one before */
  advance(now: number): boolean {
    let next: P | undefined;
    while (this.#isDue(now)) {
      this.#leaveOut(next);
      next = this.#take();
      this.#place = Math.min(PLACES, Math.max(0, now - (next?.due ?? now)));
    }
    if (next === undefined) {
      return false;
    }
    this.#shown?.picture.free();
    this.#shown = next;
    return true;
  }

  /** Frees all. */
  clear(): void {
    for (const { picture } of this.#waiting.splice(0)) {
      picture.free();
    }
    this.#bytes = 0;
    this.#shown?.picture.free();
    this.#shown = undefined;
  }

  /** Whether the first that waits is to be shown at `now`. */
  #isDue(now: number): boolean {
    const due = this.#waiting[0]?.due;
    if (due === undefined) {
      return false;
    }
    // A later one that may be shown already: the time base has changed, and what is before it is past.
    if (this.#bytes > ENOUGH_BYTES || (due > now && this.#waiting.some((later) => later.due <= now))) {
      return true;
    }
    return due <= now && (due + this.#place <= now + BEAT / 2 || now + BEAT - due >= PLACES);
  }

  #take(): P | undefined {
    const head = this.#waiting.shift();
    this.#bytes -= head === undefined ? 0 : sizeOf(head);
    return head;
  }

  #leaveOut(picture: P | undefined): void {
    if (picture !== undefined) {
      picture.picture.free();
      this.#leftOut += 1;
    }
  }
}

/** Octets of a picture of three planes, two of them of a quarter of the size. */
function sizeOf({ picture }: QueuedPicture): number {
  return (picture.width * picture.height * 3) / 2;
}
