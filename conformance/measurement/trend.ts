import { percentile } from '../bench-run/figure.ts';

/** What part of a span its beginning and its end are. */
const PART = 4;

/**
 * By how much values grew over a span: the 95th percentile of their last quarter minus that of their first. Each series is in the order
 * of time. @throws RangeError where no series has four values
 */
export function trendOf(series: readonly (readonly number[])[]): number {
  const quarters = series.map((values) => ({ values, length: Math.floor(values.length / PART) }));
  const first = quarters.flatMap(({ values, length }) => values.slice(0, length));
  const last = quarters.flatMap(({ values, length }) => values.slice(values.length - length));
  return percentile(last, 0.95) - percentile(first, 0.95);
}
