/**
 * Where the start codes of a bit stream begin that are made of so many zeros and a one: bits from the beginning, in rising order.
 * Zeros before those of the code are stuffing. H.261: 15 zeros (GBSC, §4.2.2.1), H.263: 16 (§5.2.2); no other codes look like it.
 */
export function startCodePositions(stream: Uint8Array, zeros: number): number[] {
  const positions: number[] = [];
  // So many zeros hold at least one octet of zeros.
  for (let at = stream.indexOf(0); at >= 0; at = stream.indexOf(0, at)) {
    const before = at === 0 ? 0 : trailingZeros(stream[at - 1] ?? 0);
    const begin = at * 8 - before;
    while (at < stream.length && stream[at] === 0) at++;
    const next = stream[at];
    if (next === undefined) break;
    const one = at * 8 + Math.clz32(next) - 24;
    if (one - begin >= zeros) positions.push(one - zeros);
  }
  return positions;
}

/** Zero bits at the end of an octet that is not zero. */
function trailingZeros(octet: number): number {
  return 31 - Math.clz32(octet & -octet);
}
