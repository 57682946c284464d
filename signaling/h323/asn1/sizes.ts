import type { Bounds } from './notation.ts';
import { PerError } from './per-error.ts';
import type { PerReader } from './per-reader.ts';
import type { PerWriter } from './per-writer.ts';

/** From this size on a constraint does not show on the wire (X.691 §11.9.4.1). */
const UNCONSTRAINED = 65_536;

/** The one size that every value has, which then is not written; undefined where sizes differ. */
export function fixedSize(bounds: Bounds | undefined): number | undefined {
  const isFixed = showsOnWire(bounds) && bounds.lower === bounds.upper && !bounds.extensible;
  return isFixed ? bounds.upper : undefined;
}

/** The number of parts of a string or list (X.691 §11.9). */
export function readSize(reader: PerReader, bounds: Bounds | undefined): number {
  if (!showsOnWire(bounds) || (bounds.extensible && reader.bit())) {
    return reader.shortLength();
  }
  return reader.constrained(bounds.lower, bounds.upper);
}

/** Throws `out-of-range` where the type does not allow the size. */
export function writeSize(writer: PerWriter, bounds: Bounds | undefined, size: number): void {
  if (bounds !== undefined && !bounds.extensible && (size < bounds.lower || size > bounds.upper)) {
    throw new PerError('out-of-range');
  }
  if (!showsOnWire(bounds)) {
    writer.shortLength(size);
    return;
  }
  const isBeyond = size < bounds.lower || size > bounds.upper;
  if (bounds.extensible) {
    writer.bit(isBeyond);
  }
  if (isBeyond) {
    writer.shortLength(size);
  } else {
    writer.constrained(size, bounds.lower, bounds.upper);
  }
}

/** Whether sizes are written as numbers between the bounds. */
export function showsOnWire(bounds: Bounds | undefined): bounds is Bounds {
  return bounds !== undefined && bounds.upper < UNCONSTRAINED;
}
