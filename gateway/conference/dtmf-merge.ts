/** How a digit came. */
export type DtmfMethod = 'rfc4733' | 'info' | 'in-band';

/** The same digit by another method within this time (ms) is the same press. */
const SAME_PRESS = 600;

/**
 * Makes one press one digit, when a room sends it in two or three ways at once. A room that has once used events or INFO is
 * not listened to in-band any more: its tones may leak into the sound.
 */
export class DtmfMerge {
  #last: { readonly digit: string; readonly method: DtmfMethod; readonly at: number } | undefined;
  #signals = false;

  /** Whether a digit that came at `now` (ms) is a new press. */
  accepts(digit: string, method: DtmfMethod, now: number): boolean {
    if (method === 'in-band' && this.#signals) {
      return false;
    }
    const last = this.#last;
    this.#signals ||= method !== 'in-band';
    if (last !== undefined && last.digit === digit && last.method !== method && now - last.at < SAME_PRESS) {
      return false;
    }
    this.#last = { digit, method, at: now };
    return true;
  }
}
