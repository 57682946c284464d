import type { H225 } from '../h225/types.ts';

/** What both sides have said of H.245 inside call signalling (H.323 §8.2.1). */
export class Tunnel {
  readonly #isAllowed: boolean;
  #isOpen: boolean | undefined;

  /** `isAllowed`: whether we tunnel where the far side does. */
  constructor(isAllowed: boolean) {
    this.#isAllowed = isAllowed;
  }

  /** Undefined until the far side has said whether it tunnels. */
  get isOpen(): boolean | undefined {
    return this.#isOpen;
  }

  /** Whether our messages say that we tunnel. */
  get flag(): boolean {
    return this.#isOpen ?? this.#isAllowed;
  }

  /**
   * The first message that says so decides; `false` later on ends a tunnel. A message that says nothing changes nothing, as some forget
   * the flag; only a `decisive` one that is silent means no.
   * @returns whether the tunnel is open since just now
   */
  learn({ h245Tunneling, h245Control = [] }: H225<'H323-UU-PDU'>, isDecisive: boolean): boolean {
    const silent = isDecisive ? (this.#isOpen ?? false) : this.#isOpen;
    const said = h245Tunneling ?? (h245Control.length > 0 ? true : silent);
    if (said === undefined || this.#isOpen === false) {
      return false;
    }
    const wasOpen = this.#isOpen === true;
    this.#isOpen = this.#isAllowed && said;
    return this.#isOpen && !wasOpen;
  }

  /** H.245 goes over a connection of its own from now on; there is no way back. */
  close(): void {
    this.#isOpen = false;
  }
}
