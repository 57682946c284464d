/** How an engine ended, as far as it can be the fault of what it decoded. */
export interface EngineDeath {
  /**
   * `crash`: by a fault of its own native code. `hang`: it was killed because a thread stood still by itself. `other`: somebody or
   * something else ended or stopped it.
   */
  readonly kind: 'crash' | 'hang' | 'other';
  /** Legs whose pictures were in a decoder at that moment. */
  readonly decoding: readonly string[];
}

/** How long (ms) a source stays suspect that has done nothing more: it was there by chance. */
const SUSPICION = 10 * 60_000;

interface Suspicion {
  readonly since: number;
  /** The death that it comes from. */
  readonly death: number;
}

/**
 * Which sources are no longer decoded because they kill engines. Who was in a decoder at one crash is suspect, and suspects are
 * decoded one at a time; who is there again at a second crash is quarantined until its leg ends. Pure; `now` in ms.
 */
export class Quarantine {
  readonly #suspects = new Map<string, Suspicion>();
  readonly #quarantined = new Set<string>();
  #deaths = 0;

  /** Legs that must not be decoded. */
  get quarantined(): readonly string[] {
    return [...this.#quarantined];
  }

  /** Legs that are to be decoded one at a time. */
  suspects(now: number): readonly string[] {
    this.#acquit((suspicion) => now - suspicion.since >= SUSPICION);
    return [...this.#suspects.keys()];
  }

  /** An engine ended. @returns legs that are quarantined from now on */
  died({ kind, decoding }: EngineDeath, now: number): readonly string[] {
    if (kind === 'other') {
      return [];
    }
    this.#deaths += 1;
    const suspects = new Set(this.suspects(now));
    const guilty = decoding.filter((leg) => suspects.has(leg));
    const deaths = new Set(guilty.map((leg) => this.#suspects.get(leg)?.death));
    // The earlier death has its explanation: those who were only near by are free of it.
    this.#acquit(({ death }) => deaths.has(death));
    for (const leg of guilty) {
      this.#quarantined.add(leg);
    }
    for (const leg of decoding) {
      if (!this.#quarantined.has(leg)) {
        this.#suspects.set(leg, { since: now, death: this.#deaths });
      }
    }
    return guilty;
  }

  /** Only these legs are still there. */
  keep(legs: ReadonlySet<string>): void {
    for (const leg of [...this.#quarantined, ...this.#suspects.keys()]) {
      if (!legs.has(leg)) {
        this.#quarantined.delete(leg);
        this.#suspects.delete(leg);
      }
    }
  }

  #acquit(isFree: (suspicion: Suspicion) => boolean): void {
    for (const [leg, suspicion] of this.#suspects) {
      if (isFree(suspicion)) {
        this.#suspects.delete(leg);
      }
    }
  }
}
