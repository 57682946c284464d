import { examine, type Fault } from './examine.ts';
import type { FuzzTarget } from './target.ts';
import { endsWithin } from './time-limit.ts';

/** An input that was taken wrongly. */
export interface Finding {
  readonly input: Buffer;
  readonly fault: Fault;
}

/** An input that takes longer than any other so far. */
export interface Slowest {
  readonly input: Buffer;
  readonly milliseconds: number;
}

/** Milliseconds after which an input is taken to hang. */
const HANGS = 10_000;
/** Milliseconds that no input may take, and those that it may take more for each octet: many small messages are no mistake. */
const SLOW = 100;
const SLOW_PER_OCTET = 0.005;
/** The least of so many measurements counts: the first ones of some code are slow, and memory is tidied up in some. */
const MEASUREMENTS = 4;

/** Gives a target inputs, and notes what goes wrong and how long each takes. */
export class Attempts {
  /** Inputs tried so far. */
  count = 0;
  slowest: Slowest = { input: Buffer.alloc(0), milliseconds: 0 };

  readonly #target: FuzzTarget;
  readonly #minds: { readonly slowness: boolean };
  #isWatched = false;
  #current: Buffer = Buffer.alloc(0);

  /** @param minds whether an input that takes long, though it ends, is a finding */
  constructor(target: FuzzTarget, minds: { readonly slowness: boolean }) {
    this.#target = target;
    this.#minds = minds;
  }

  /** Tries inputs in their order. @returns what was wrong with them */
  run(inputs: readonly Buffer[]): Finding[] {
    const findings: Finding[] = [];
    let at = 0;
    const go = () => {
      for (; at < inputs.length; at += 1) {
        const input = inputs[at];
        const fault = input && this.#one(input);
        if (input && fault) findings.push({ input, fault });
      }
    };
    while (at < inputs.length) {
      // Where the whole took too long but no input hangs, it goes on with the one that it was broken off at.
      const hung = this.watched(go);
      if (hung === undefined) continue;
      findings.push(hung);
      at += 1;
    }
    return findings;
  }

  /**
   * Does work that tries inputs again and again, with one watch over all of it, which is dear to set up. Work that takes too
   * long is broken off.
   * @returns the input that hangs, if that was why
   */
  watched(work: () => void): Finding | undefined {
    if (this.#isWatched) {
      work();
      return undefined;
    }
    this.#isWatched = true;
    const hasEnded = endsWithin(HANGS, work);
    this.#isWatched = false;
    const input = this.#current;
    if (hasEnded || endsWithin(HANGS, () => examine(this.#target, input))) return undefined;
    return { input, fault: { kind: 'hung', text: `no end after ${HANGS / 1000} s`, sameness: 'hung' } };
  }

  #one(input: Buffer): Fault | undefined {
    this.count += 1;
    this.#current = input;
    const begin = performance.now();
    const fault = examine(this.#target, input);
    let milliseconds = performance.now() - begin;
    if (milliseconds <= this.slowest.milliseconds) return fault;
    for (let more = 0; more < MEASUREMENTS && milliseconds > this.slowest.milliseconds; more += 1) {
      milliseconds = Math.min(milliseconds, this.#processorTime(input));
    }
    if (milliseconds > this.slowest.milliseconds) this.slowest = { input, milliseconds };
    if (fault !== undefined || milliseconds <= SLOW + SLOW_PER_OCTET * input.length || !this.#minds.slowness)
      return fault;
    const text = `${Math.round(milliseconds)} ms for ${input.length} octets`;
    return { kind: 'slow', text, sameness: 'slow' };
  }

  /** Milliseconds of this thread's processor time that an input takes: other programs do not count. */
  #processorTime(input: Buffer): number {
    const before = process.threadCpuUsage();
    examine(this.#target, input);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  }
}
