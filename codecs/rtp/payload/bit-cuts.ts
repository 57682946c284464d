/** A part of a picture for one packet, in bits from the beginning of the picture. */
export interface BitRange {
  readonly begin: number;
  readonly end: number;
}

/** Where a picture may be cut. */
export interface CutPlaces {
  /** Bits where its start codes begin, in rising order. */
  readonly startCodes: readonly number[];
  /** Bits where macroblocks begin, in rising order; asked for only when start codes are too far from each other. */
  readonly macroblocks: () => readonly number[];
}

/**
 * Cuts a picture of `length` octets so that no part touches more than `room` octets: as far on as possible at a start code, else before a
 * macroblock, else (where nothing is known of macroblocks) at an octet.
 */
export function cutPicture(length: number, { startCodes, macroblocks }: CutPlaces, room: number): BitRange[] {
  const ranges: BitRange[] = [];
  const total = length * 8;
  let known: readonly number[] | undefined;
  for (let begin = 0; begin < total; ) {
    const most = (Math.floor(begin / 8) + room) * 8;
    let end = total;
    if (total > most) {
      end = lastWithin(startCodes, begin, most) ?? 0;
      if (end === 0) {
        known ??= macroblocks();
        end = lastWithin(known, begin, most) ?? most;
      }
    }
    ranges.push({ begin, end });
    begin = end;
  }
  return ranges;
}

function lastWithin(places: readonly number[], begin: number, most: number): number | undefined {
  const place = places.findLast((candidate) => candidate <= most);
  return place !== undefined && place > begin ? place : undefined;
}

/** The octets that a part touches (a view), and how many bits of the first and the last of them are not its own. */
export function octetsOf(
  picture: Uint8Array,
  { begin, end }: BitRange,
): { readonly octets: Uint8Array; readonly sbit: number; readonly ebit: number } {
  const octets = picture.subarray(Math.floor(begin / 8), Math.ceil(end / 8));
  return { octets, sbit: begin & 7, ebit: -end & 7 };
}
