import type { PortPool } from './port-pool.ts';

/** How often other ports are tried for a leg when some program holds the first ones. */
export const PORT_TRIES = 5;

/** Port pairs that a leg holds until it releases them. */
export interface HeldPorts {
  /** The even port of each pair. */
  readonly numbers: readonly number[];
  /** Gives them back; a second call does nothing. */
  release(): void;
}

/** Hands out the RTP ports of legs. */
export class LegPorts {
  readonly #pool: PortPool;
  readonly #all: number;

  constructor(pool: PortPool) {
    this.#pool = pool;
    this.#all = pool.available;
  }

  /** Pairs that can still be taken, and those held. */
  get pairs(): { readonly free: number; readonly used: number } {
    const free = this.#pool.available;
    return { free, used: this.#all - free };
  }

  /** So many pairs, or undefined when there are not enough. */
  take(pairs: number): HeldPorts | undefined {
    if (this.#pool.available < pairs) {
      return undefined;
    }
    const numbers = Array.from({ length: pairs }, () => this.#pool.take()).filter((port) => port !== undefined);
    let held = true;
    return {
      numbers,
      release: () => {
        if (held) {
          held = false;
          for (const port of numbers) {
            this.#pool.release(port);
          }
        }
      },
    };
  }
}
