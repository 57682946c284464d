/** A source that nothing is taken from for a while. Times in ms since the epoch. */
export interface Ban {
  /** An IPv4 address or an IPv6 /64: see `sourceKey`. */
  readonly source: string;
  readonly since: number;
  readonly until: number;
}

/** Who is banned. Bounded: the oldest ban goes first. All bans last equally long, so the table is in the order of their ends. */
export class BanList {
  readonly #capacity: number;
  readonly #duration: number;
  readonly #bans = new Map<string, Ban>();

  /** @param duration ms that a ban lasts @param capacity bans that are kept */
  constructor(duration: number, capacity: number) {
    this.#duration = duration;
    this.#capacity = capacity;
  }

  /** Bans a source from now on. */
  add(source: string, now: number): Ban {
    this.#forgetPast(now);
    const ban = { source, since: now, until: now + this.#duration };
    this.#bans.delete(source);
    this.#bans.set(source, ban);
    const [oldest] = this.#bans.keys();
    if (this.#bans.size > this.#capacity && oldest !== undefined) this.#bans.delete(oldest);
    return ban;
  }

  /** Whether the source is banned. */
  has(source: string, now: number): boolean {
    if (this.#bans.size === 0) return false;
    const ban = this.#bans.get(source);
    if (ban === undefined) return false;
    if (ban.until > now) return true;
    this.#bans.delete(source);
    return false;
  }

  /** Ends a ban. @returns false where there was none */
  lift(source: string, now: number): boolean {
    return this.has(source, now) && this.#bans.delete(source);
  }

  /** All that hold, the oldest first. */
  list(now: number): Ban[] {
    this.#forgetPast(now);
    return [...this.#bans.values()];
  }

  #forgetPast(now: number): void {
    for (const { source, until } of this.#bans.values()) {
      if (until > now) break;
      this.#bans.delete(source);
    }
  }
}
