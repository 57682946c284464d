import type { Random } from '#signaling/sip/edge/mutation.ts';
import { Attempts, type Finding, type Slowest } from './attempt.ts';
import { type CodePlace, type Coverage, ReachedCode, ranAt } from './coverage.ts';
import { mutateBlindly } from './mutate.ts';
import { shrink } from './shrink.ts';
import type { FuzzTarget } from './target.ts';

/** Inputs that are tried between two looks at the coverage, each of which takes about a millisecond. */
const BATCH = 512;
/** How often it is tried to make smaller what reaches more: each try needs a look at the coverage. */
const SHRINK_TRIES = 32;
/** The same for what shows a mistake. */
const FINDING_SHRINK_TRIES = 1000;
/** Different mistakes after which a run stops. */
const MOST_FINDINGS = 10;

/** How long to go on, and from where. */
export interface GuidedRunOptions {
  readonly random: Random;
  /** Inputs beside the target's seeds. */
  readonly corpus: readonly Buffer[];
  /** Asked after each batch with the number of inputs tried. */
  readonly isOver: (runs: number) => boolean;
  /** Already started, before the target was loaded. */
  readonly coverage: Pick<Coverage, 'take'>;
}

/** What came of a run. */
export interface GuidedRun {
  readonly runs: number;
  /** One for each different mistake, made small. */
  readonly findings: readonly Finding[];
  /** The inputs of the corpus and of the run that reach code which seeds and smaller ones do not. */
  readonly useful: readonly Buffer[];
  readonly slowest: Slowest;
  readonly blocks: { readonly reached: number; readonly known: number };
}

/** Mutates inputs, and goes on from those that reach code which none before has reached. */
export function guidedRun(target: FuzzTarget, options: GuidedRunOptions): GuidedRun {
  const search = new Search(target, options);
  search.begin();
  while (search.findings.length < MOST_FINDINGS && !options.isOver(search.attempts.count)) search.step();
  return {
    runs: search.attempts.count,
    findings: search.findings,
    useful: search.useful(),
    slowest: search.attempts.slowest,
    blocks: search.blocks(),
  };
}

class Search {
  readonly attempts: Attempts;
  readonly findings: Finding[] = [];
  readonly #target: FuzzTarget;
  readonly #options: GuidedRunOptions;
  readonly #dictionary: readonly Buffer[];
  readonly #reached = new ReachedCode();
  readonly #seeds: readonly Buffer[];
  readonly #found: Buffer[] = [];

  constructor(target: FuzzTarget, options: GuidedRunOptions) {
    this.#target = target;
    this.#options = options;
    this.attempts = new Attempts(target, { slowness: true });
    this.#dictionary = target.dictionary.map((word) => Buffer.from(word));
    this.#seeds = target.seeds();
  }

  /** Takes the seeds and the corpus in. */
  begin(): void {
    this.#reached.add(this.#options.coverage.take(), true);
    this.#try(this.#seeds);
    for (const input of this.#options.corpus) {
      const { fresh } = this.#try([input]);
      if (fresh.length > 0) this.#found.push(input);
    }
  }

  /** Tries a batch of mutations. */
  step(): void {
    const { random } = this.#options;
    const others = [...this.#seeds, ...this.#found];
    const source = { random, dictionary: this.#dictionary, others, maximumLength: this.#target.maximumLength };
    const batch = Array.from({ length: BATCH }, () => {
      // The newest lead on more often than the many that were there before.
      const from = random() < 0.3 && this.#found.length > 0 ? this.#found.slice(-16) : others;
      return mutateBlindly(from[Math.floor(random() * from.length)] ?? Buffer.alloc(0), source);
    });
    this.#note(this.attempts.run(batch));
    const run = this.#options.coverage.take();
    if (this.#reached.fresh(run).length === 0) return;
    const hung = this.attempts.watched(() => this.#locate(batch));
    if (hung) this.#note([hung]);
    // What did not come again depended on what ran before, and is not looked for a second time.
    this.#reached.add(run);
  }

  blocks(): { reached: number; known: number } {
    return this.#reached.blocks();
  }

  /** The inputs found that are still needed, when smaller ones go first. */
  useful(): Buffer[] {
    const reached = new ReachedCode();
    const needs = (inputs: readonly Buffer[]) => {
      this.#options.coverage.take();
      this.attempts.run(inputs);
      const run = this.#options.coverage.take();
      const isNew = reached.fresh(run).length > 0;
      reached.add(run);
      return isNew;
    };
    needs(this.#seeds);
    return this.#found.toSorted((one, other) => one.length - other.length).filter((input) => needs([input]));
  }

  /** Tries inputs and takes in what they reach. */
  #try(inputs: readonly Buffer[]): { readonly fresh: readonly CodePlace[] } {
    this.#options.coverage.take();
    this.#note(this.attempts.run(inputs));
    const run = this.#options.coverage.take();
    const fresh = this.#reached.fresh(run);
    this.#reached.add(run);
    return { fresh };
  }

  /** Finds out which of a batch reach something, by halves. */
  #locate(batch: readonly Buffer[]): void {
    this.#options.coverage.take();
    const findings = this.attempts.run(batch);
    const run = this.#options.coverage.take();
    const fresh = this.#reached.fresh(run);
    if (fresh.length === 0) return;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) {
      // What shows a mistake is kept for that.
      if (findings.length === 0) this.#found.push(this.#smaller(only, fresh));
      this.#reached.add(run);
      return;
    }
    const half = Math.ceil(batch.length / 2);
    this.#locate(batch.slice(0, half));
    this.#locate(batch.slice(half));
  }

  /** The part of an input that reaches the same places. */
  #smaller(input: Buffer, places: readonly CodePlace[]): Buffer {
    const reachesAll = (smaller: Buffer) => {
      if (this.attempts.run([smaller]).length > 0) return false;
      const run = this.#options.coverage.take();
      return places.every((place) => ranAt(run, place));
    };
    return this.#shrunk(input, reachesAll, SHRINK_TRIES);
  }

  /** Keeps one small input for each mistake. */
  #note(findings: readonly Finding[]): void {
    for (const { input, fault } of findings) {
      if (this.findings.some((known) => known.fault.sameness === fault.sameness)) continue;
      const isSame = (smaller: Buffer) => this.attempts.run([smaller])[0]?.fault.sameness === fault.sameness;
      this.findings.push({
        fault,
        input: fault.kind === 'threw' ? this.#shrunk(input, isSame, FINDING_SHRINK_TRIES) : input,
      });
    }
  }

  #shrunk(input: Buffer, stillHolds: (smaller: Buffer) => boolean, tries: number): Buffer {
    let smallest = input;
    const note = (smaller: Buffer) => {
      if (!stillHolds(smaller)) return false;
      smallest = smaller;
      return true;
    };
    const hung = this.attempts.watched(() => shrink(input, note, tries));
    if (hung) this.#note([hung]);
    return smallest;
  }
}
