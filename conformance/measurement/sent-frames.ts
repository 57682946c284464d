import type { SentPicture } from '../host/host-media.ts';

/** Frames that are remembered: with 25 a second those of 40 seconds. */
const KEPT = 1000;

/** When one host sent which frame: what the delay of its picture is measured from. */
export class SentFrames {
  #sent: SentPicture[] = [];

  add(picture: SentPicture): void {
    this.#sent.push(picture);
    if (this.#sent.length > 2 * KEPT) {
      this.#sent = this.#sent.slice(-KEPT);
    }
  }

  /**
   * When the frame of this number was sent last before `before`; undefined where it was not. Times in ms.
   * Numbers come again when a loop begins anew: what is sought is less old than the loop is long.
   */
  sentAt(frame: number, before: number): number | undefined {
    return this.#sent.findLast((picture) => picture.frame === frame && picture.at <= before)?.at;
  }
}
