/** The value at or below which the share `share` (0 to 1) of the samples lies, by nearest rank; 0 without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The middle one; of an even number the lower; 0 without samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
