/** What a source has earned. Times in ms. */
interface Earned {
  readonly trustedUntil: number;
  readonly registeredUntil: number;
}

/** ms that a success is remembered. */
const TRUSTED_FOR = 3_600_000;

/** Which sources had a call or registered lately. Bounded: the one whose success is longest ago is forgotten first. */
export class Standing {
  readonly #capacity: number;
  readonly #earned = new Map<string, Earned>();

  /** @param capacity sources that are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Something of this source came to something. @param registeredFor ms that its registration holds; 0 for a call */
  succeeded(source: string, now: number, registeredFor = 0): void {
    // Others may be registered from the same address: the longest counts.
    const registeredUntil = Math.max(this.#earned.get(source)?.registeredUntil ?? 0, now + registeredFor);
    this.#earned.delete(source);
    this.#earned.set(source, { trustedUntil: now + TRUSTED_FOR, registeredUntil });
    const [oldest] = this.#earned.keys();
    if (this.#earned.size > this.#capacity && oldest !== undefined) this.#earned.delete(oldest);
  }

  /** Whether something of it came to something in the last hour. */
  isTrusted(source: string, now: number): boolean {
    return (this.#earned.get(source)?.trustedUntil ?? 0) > now;
  }

  /** Whether a registration that came from it may still hold. */
  isRegistered(source: string, now: number): boolean {
    return (this.#earned.get(source)?.registeredUntil ?? 0) > now;
  }
}
