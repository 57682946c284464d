import type { H261Limits, H263Limits, PictureIntervals, PictureSize } from '#codecs/media/description.ts';
import { countOf, type FormatParameters, parseFormatParameters } from './fmtp.ts';

/** The parameters of H.263 in the order of RFC 4629 §8.1.1; H.261 has the second and third. */
const SIZES: readonly PictureSize[] = ['SQCIF', 'QCIF', 'CIF', 'CIF4', 'CIF16'];
const H261_SIZES: readonly PictureSize[] = ['QCIF', 'CIF'];
const LARGEST_INTERVAL = { h261: 4, h263: 32 } as const;
/** In units of 100 bit/s: H.245 has no more. */
const LARGEST_RATE = 192_400;

/**
 * Where nothing is said, RFC 4629 §8.2.1 infers QCIF at 15 pictures a second. Peers that say nothing are careless, and none is known that
 * does not take CIF.
 */
const UNSAID: PictureIntervals = { QCIF: 1, CIF: 1 };

/** Largest size by level of H.263 (table X.2), where sizes are not named: levels up to 10, those up to 20, and the others. */
function intervalsOfLevel(level: number): PictureIntervals {
  if (level < 20 || level === 45) return { QCIF: 2 };
  return level < 30 ? { QCIF: 1, CIF: 2 } : { QCIF: 1, CIF: 1 };
}

/** What the parameters of an H.261 receiver say (RFC 4587 §6.1). */
export function readH261Limits(parameters: FormatParameters): H261Limits {
  const intervals = readIntervals(separated(parameters), H261_SIZES, LARGEST_INTERVAL.h261);
  return { intervals: Object.keys(intervals).length === 0 ? UNSAID : intervals };
}

/** What the parameters of an H.263 receiver say (RFC 4629 §8.1); annexes and custom sizes are passed over. */
export function readH263Limits(parameters: FormatParameters): H263Limits {
  const each = separated(parameters);
  const named = readIntervals(each, SIZES, LARGEST_INTERVAL.h263);
  const level = countOf(each, 'level', 100);
  const maxBr = countOf(each, 'maxbr', LARGEST_RATE);
  const unsaid = level === undefined ? UNSAID : intervalsOfLevel(level);
  return {
    intervals: Object.keys(named).length === 0 ? unsaid : named,
    ...(maxBr !== undefined && { maxBr }),
  };
}

/** Some write blanks or slashes between parameters, as drafts before the RFCs had it. */
function separated(parameters: FormatParameters): FormatParameters {
  const text = [...parameters].map(([name, value]) => `${name}=${value}`).join(';');
  return parseFormatParameters(text.replaceAll(/[\s/]+/g, ';'));
}

function readIntervals(parameters: FormatParameters, sizes: readonly PictureSize[], largest: number): PictureIntervals {
  return Object.fromEntries(
    sizes.flatMap((size) => {
      const interval = countOf(parameters, size.toLowerCase(), largest);
      return interval === undefined ? [] : [[size, interval]];
    }),
  );
}

/** The parameters of sizes, in the order in which a receiver likes them (RFC 4629 §8.2.1): the largest first. */
export function writeIntervals(intervals: PictureIntervals): readonly string[] {
  return SIZES.toReversed().flatMap((size) => {
    const interval = intervals[size];
    return interval === undefined ? [] : [`${size}=${interval}`];
  });
}
