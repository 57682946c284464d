import { localAddressTowards } from '../../../network/local-address.ts';
import { isWildcard } from './address.ts';

/** How many answers are remembered. */
const MAX_REMEMBERED = 4_096;
/** How long an answer holds, milliseconds: routes change seldom. */
const REMEMBERED_FOR = 60_000;
/** How many look-ups may be under way: each holds a socket, and a stranger can ask for them by forging sources. */
const MAX_UNDER_WAY = 64;

interface Remembered {
  readonly address: string;
  readonly until: number;
}

/**
 * Tells from which of the machine's addresses a peer is reached: what a socket bound to all interfaces must write in Via
 * and Contact. The kernel's routing table is asked by connecting a UDP socket, which sends nothing.
 */
export class LocalAddresses {
  readonly #remembered = new Map<string, Remembered>();
  readonly #underWay = new Map<string, Promise<string>>();
  readonly #now: () => number;
  readonly #ask: (remote: string) => Promise<string>;

  constructor(now: () => number, ask: (remote: string) => Promise<string> = localAddressTowards) {
    this.#now = now;
    this.#ask = ask;
  }

  /** The address for a peer where it is known without asking. */
  known(bound: string, remote: string): string | undefined {
    if (!isWildcard(bound)) return bound;
    const remembered = this.#remembered.get(remote);
    return remembered !== undefined && remembered.until > this.#now() ? remembered.address : undefined;
  }

  /** Whether no further question may be asked for a stranger's sake. */
  get busy(): boolean {
    return this.#underWay.size >= MAX_UNDER_WAY;
  }

  /** @throws where no route leads to the peer */
  async find(bound: string, remote: string): Promise<string> {
    const known = this.known(bound, remote);
    if (known !== undefined) return known;
    const underWay = this.#underWay.get(remote);
    if (underWay !== undefined) return underWay;
    const asked = this.#askAndRemember(remote);
    this.#underWay.set(remote, asked);
    return asked;
  }

  async #askAndRemember(remote: string): Promise<string> {
    try {
      const address = await this.#ask(remote);
      this.#remembered.delete(remote);
      this.#remembered.set(remote, { address, until: this.#now() + REMEMBERED_FOR });
      const [oldest] = this.#remembered.keys();
      if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
      return address;
    } finally {
      this.#underWay.delete(remote);
    }
  }
}
