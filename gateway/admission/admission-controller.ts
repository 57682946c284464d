import { type Composition, commonOf, NOTHING, sumOf } from './composition.ts';
import { type Costs, FRAME_TIME, type Loads, RESOURCES, type Resource } from './costs.ts';
import { median, quantile } from './quantile.ts';

/** Why nobody is let in: mixing takes too long, the processors are full, pictures are left out already, a loop is late. */
export const ADMISSION_REFUSALS = ['mixing', 'processor', 'pictures-left-out', 'event-loop'] as const;
/** One of `ADMISSION_REFUSALS`. */
export type AdmissionRefusal = (typeof ADMISSION_REFUSALS)[number];

/** What was seen in one second. */
export interface Evidence {
  /** s from the beginning of a beat of the mix to its last encoded rendition, of each beat. */
  readonly mixTimes: readonly number[];
  /** Ticks left out. */
  readonly ticksSkipped: number;
  /** ms, the latest of all our threads, 99th percentile. */
  readonly eventLoopDelay: number;
  /** Share of all processors that the service takes, 0 to 1; undefined where it is not known. */
  readonly processor: number | undefined;
  /** Share that other programs take. */
  readonly foreign: number | undefined;
}

interface Sample {
  readonly at: number;
  readonly loads: Loads;
  /** Whether it was our own work that was seen. */
  readonly isOurs: boolean;
  readonly ticksSkipped: number;
  readonly eventLoopDelay: number;
  /** All that was there. */
  readonly present: Composition;
  /** What had been there for a while: it is in the loads. */
  readonly settled: Composition;
}

/** How full the machine may become, and what a party costs it. */
export interface AdmissionControllerOptions {
  /** Share of a resource that may be in use, above 0 to 1. */
  readonly maximumLoad: number;
  readonly costs: Costs;
}

/** Samples, one a second, that are judged together by their median: what lasts less than half as long refuses nobody. */
const WINDOW = 7;
/** Samples without which nothing was measured yet: a spike must not stand for all. */
const LEAST = 4;
/** ms after which a sample says nothing of now. */
const STALE = 10_000;
/** Samples in which a party must have been there to be in the loads. */
const SETTLING = 4;
/** Parties that any machine is taken to carry: with fewer there is no lesson. */
const ALWAYS = 2;
/** Ticks a second left out that somebody sees. */
const SKIPPED = 2;
/** ms by which a loop may be late. */
const LATE = 100;
/**
 * Where other programs take this share of the processors and our parties should take no more of anything, it is they that make the mix
 * late: refusing calls would not help.
 */
const FOREIGN = 0.4;
/** After a refusal there must be this much more room before the next one is let in, as a share of the limit. */
const HYSTERESIS = 0.1;
/** Corrections of costs: part of a difference that is taken over each second, bounds, and the least load that says something. */
const LEARNING = { rate: 0.05, least: 0.25, most: 4, from: 0.15 } as const;
/** Rooms in each lesson of the capacity that is told. */
const LESSON = 4;
const MOST_PARTIES = 1000;

/**
 * Decides whether the machine carries one party more. What is there is judged by what was measured in the last seconds; those
 * who came since, who left since and who wants to come, by what parties cost, corrected by what was measured of them before.
 */
export class AdmissionController {
  readonly #maximumLoad: number;
  #costs: Costs;
  #corrections: Record<Resource, number> = { mixing: 1, processor: 1 };
  #samples: Sample[] = [];
  /** What was there when somebody was refused; undefined when nobody was since there was room. */
  #fullWith: Composition | undefined;

  constructor({ maximumLoad, costs }: AdmissionControllerOptions) {
    this.#maximumLoad = maximumLoad;
    this.#costs = costs;
  }

  /** Other costs were measured: what was learnt of the old ones does not hold for them. */
  set costs(costs: Costs) {
    this.#costs = costs;
    this.#corrections = { mixing: 1, processor: 1 };
  }

  /** Takes what was seen in the second before `now` (ms), with all who are there. */
  observe(now: number, evidence: Evidence, present: Composition): void {
    const before = this.#recent(now).slice(-(SETTLING - 1));
    const settled = before.length < SETTLING - 1 ? NOTHING : commonOf([present, ...before.map((one) => one.present)]);
    const costs = this.#costs.of(present);
    const isOurs = (evidence.foreign ?? 0) < FOREIGN || RESOURCES.some((resource) => costs[resource] > FOREIGN);
    const mixing = (1000 * quantile(evidence.mixTimes, 0.95)) / FRAME_TIME;
    const due = this.#costs.of(settled).mixing * this.#corrections.mixing;
    const sample = {
      at: now,
      isOurs,
      loads: { mixing: isOurs ? mixing : Math.min(mixing, due), processor: evidence.processor ?? 0 },
      ticksSkipped: isOurs ? evidence.ticksSkipped : 0,
      eventLoopDelay: isOurs ? evidence.eventLoopDelay : 0,
      present,
      settled,
    };
    this.#samples = [...this.#recent(now), sample];
    this.#samples = this.#samples.slice(-WINDOW);
    this.#learn();
    if (this.#fullWith !== undefined && isLess(present, this.#fullWith)) {
      this.#fullWith = undefined;
    }
  }

  /**
   * Whether `newcomer`, with the encodings that he makes needful, gets in where these are there at `now` (ms); or why not.
   * @param newcomer what is more with him
   */
  decide(now: number, present: Composition, newcomer: Composition): AdmissionRefusal | undefined {
    if (present.pictures + present.sounds < ALWAYS) {
      return undefined;
    }
    const isFull = this.#fullWith !== undefined && !isLess(present, this.#fullWith);
    const limit = this.#maximumLoad * (isFull ? 1 - HYSTERESIS : 1);
    const loads = this.#expected(now, sumOf(present, newcomer));
    const refusal = this.#strain(now) ?? RESOURCES.find((resource) => loads[resource] > limit);
    this.#fullWith = refusal === undefined ? undefined : (this.#fullWith ?? present);
    return refusal;
  }

  /** How full the machine is with these: the resource of which most is taken, as a share of all of it. */
  load(now: number, present: Composition): number {
    const loads = this.#expected(now, present);
    return Math.max(...RESOURCES.map((resource) => loads[resource]));
  }

  /** Rooms of 1280x720 in lessons of four that the machine carries, as far as is known. */
  get capacity(): number {
    let parties = 0;
    while (parties < MOST_PARTIES && this.#carries(parties + 1)) {
      parties += 1;
    }
    return Math.max(ALWAYS, parties);
  }

  #carries(parties: number): boolean {
    const loads = this.#costs.of({ pictures: parties, sounds: 0, renditions: Math.ceil(parties / LESSON) });
    return RESOURCES.every((resource) => loads[resource] * this.#corrections[resource] <= this.#maximumLoad);
  }

  /** What was measured, and what differs between then and `wanted`: the middle one of the window. */
  #expected(now: number, wanted: Composition): Loads {
    const samples = this.#recent(now);
    const costs = this.#costs.of(wanted);
    const expect = (resource: Resource): number => {
      const correction = this.#corrections[resource];
      if (samples.length < LEAST) {
        return costs[resource] * correction;
      }
      // Each moment is carried on by itself: who had come by then differs.
      const each = samples.map(
        ({ loads, settled }) => loads[resource] + correction * (costs[resource] - this.#costs.of(settled)[resource]),
      );
      return Math.max(0, median(each));
    };
    return { mixing: expect('mixing'), processor: expect('processor') };
  }

  /** What shows that the machine is over full, however it came to be. */
  #strain(now: number): AdmissionRefusal | undefined {
    const samples = this.#recent(now);
    if (samples.length < WINDOW) {
      return undefined;
    }
    if (median(samples.map(({ ticksSkipped }) => ticksSkipped)) >= SKIPPED) {
      return 'pictures-left-out';
    }
    return median(samples.map(({ eventLoopDelay }) => eventLoopDelay)) > LATE ? 'event-loop' : undefined;
  }

  /** Only of a window in which nobody came or went. */
  #learn(): void {
    const [first] = this.#samples;
    if (first === undefined || this.#samples.length < WINDOW) {
      return;
    }
    const isSteady = this.#samples.every(
      ({ isOurs, present, settled }) => isOurs && isSame(present, first.present) && isSame(settled, first.settled),
    );
    if (!isSteady) {
      return;
    }
    const costs = this.#costs.of(first.settled);
    for (const resource of RESOURCES) {
      const measured = median(this.#samples.map(({ loads }) => loads[resource]));
      if (costs[resource] >= LEARNING.from && measured > 0) {
        const correction = this.#corrections[resource];
        const next = correction + LEARNING.rate * (measured / costs[resource] - correction);
        this.#corrections[resource] = Math.min(LEARNING.most, Math.max(LEARNING.least, next));
      }
    }
  }

  #recent(now: number): Sample[] {
    return this.#samples.filter(({ at }) => now - at < STALE);
  }
}

function isSame(a: Composition, b: Composition): boolean {
  return a.pictures === b.pictures && a.sounds === b.sounds && a.renditions === b.renditions;
}

/** Whether somebody has left. */
function isLess(a: Composition, b: Composition): boolean {
  return a.pictures + a.sounds < b.pictures + b.sounds;
}
