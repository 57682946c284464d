import assert from 'node:assert/strict';
import { type Memory, memoryOf } from './memory.ts';
import type { RunningService } from './running-service.ts';

/** Bytes a minute by which heap and buffers, and the resident set, may grow over a flood. */
const LEAK = 1_000_000;
/** Share by which the resident set may grow over all floods. */
const SHARE = 0.05;
/** Floods over which growth is looked at. */
const WINDOWS = 3;

const inUse = ({ heapUsed, external }: Memory) => heapUsed + external;
const mega = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

interface Growth {
  /** Bytes a minute of heap and buffers, and of the resident set. */
  readonly heap: number;
  readonly resident: number;
  readonly text: string;
}

/** Watches what stays in the gateway's memory of floods: starts when it has its working size. */
export class GrowthWatch {
  readonly #service: RunningService;
  readonly #growths: Growth[] = [];
  readonly #first: Memory;
  #before: Memory;
  #begin: number;

  private constructor(service: RunningService, before: Memory) {
    this.#service = service;
    this.#first = before;
    this.#before = before;
    this.#begin = performance.now();
  }

  static async start(service: RunningService): Promise<GrowthWatch> {
    return new GrowthWatch(service, await memoryOf(service));
  }

  /** A flood is over, and all is clean that it left. */
  async flooded(): Promise<void> {
    const after = await memoryOf(this.#service);
    const minutes = (performance.now() - this.#begin) / 60_000;
    this.#growths.push({
      heap: (inUse(after) - inUse(this.#before)) / minutes,
      resident: (after.rss - this.#before.rss) / minutes,
      text: `heap and buffers ${mega(inUse(this.#before))} to ${mega(inUse(after))}, resident ${mega(this.#before.rss)} to ${mega(after.rss)}, ${minutes.toFixed(2)} minutes`,
    });
    this.#before = after;
    this.#begin = performance.now();
  }

  /**
   * Floods on while memory grows: code that ran for the first time and an allocator that has not come to rest grow once, a leak
   * grows with every flood. Rejects where it does.
   * @param flood one more flood, and the time until all is clean
   * @returns what was seen, in words
   */
  async level(flood: (index: number) => Promise<void>): Promise<string> {
    while (!this.#isLevel && this.#growths.length < WINDOWS) {
      await flood(this.#growths.length);
      await this.flooded();
    }
    const told = this.#growths.map(({ text }) => text).join('; then ');
    assert.ok(this.#isLevel, `grows with every flood: ${told}`);
    return told;
  }

  get #isLevel(): boolean {
    const last = this.#growths.at(-1);
    return (
      last !== undefined &&
      last.heap < LEAK &&
      last.resident < LEAK &&
      this.#before.rss <= this.#first.rss * (1 + SHARE)
    );
  }
}
