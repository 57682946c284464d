/** One measured value. */
export interface Figure {
  /** In snake case, ending in what it counts, such as `first_picture_p95_ms`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the product should not be above; null where there is no such aim. */
  readonly target: number | null;
  /** Where the product should not be below its target instead. */
  readonly bound?: 'at least';
}

/** Whether a figure keeps to its target; undefined where it has none. */
export function isMet({ value, target, bound }: Figure): boolean | undefined {
  if (target === null) {
    return undefined;
  }
  return bound === 'at least' ? value >= target : value <= target;
}

/** The value below or at which the share `share` (0 to 1) of the samples lies, by nearest rank. @throws RangeError without samples */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) {
    throw new RangeError('no samples');
  }
  return value;
}

/** Rounds to tenths: what is below is noise. */
export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
