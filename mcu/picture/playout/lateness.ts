/**
 * Past this (ms) a picture is not waited for: three beats of the mix. Who talks to somebody suffers more from delay than from a
 * picture left out.
 */
const MOST = 120;
/** Up to this (ms) it is remembered for longer: so much delay is hardly felt. */
const SMALL = 60;
/** How long lateness is remembered, ms: to hold pictures for less costs one of them, and a line that was late once will be again. */
const MEMORY = { small: 300_000, large: 60_000 } as const;
/** Lateness counts in steps of so many ms: a few entries are enough to know the most of a minute. */
const STEP = 4;

/** How late pictures of a source came in the last minutes, and so how long they have to be held to be shown in time; times in ms. */
export class Lateness {
  /** Oldest first, and of what came later only what is less late: the most of any time until now. */
  #entries: { readonly late: number; readonly at: number }[] = [];

  /** A picture was ready at `at`, so much later than usual; not above 0 where it was early. */
  add(late: number, at: number): void {
    const step = Math.ceil(Math.min(late, MOST) / STEP) * STEP;
    while ((this.#entries.at(-1)?.late ?? Number.POSITIVE_INFINITY) <= step) {
      this.#entries.pop();
    }
    if (step > 0) {
      this.#entries.push({ late: step, at });
    }
  }

  /** The most that is remembered at `now`: 0 to 120. */
  most(now: number): number {
    while (now - (this.#entries[0]?.at ?? now) > MEMORY.small) {
      this.#entries.shift();
    }
    const counted = this.#entries.map(({ late, at }) => (now - at > MEMORY.large ? Math.min(late, SMALL) : late));
    return Math.max(0, ...counted);
  }

  /** Forgets all: another flow begins. */
  reset(): void {
    this.#entries = [];
  }
}
