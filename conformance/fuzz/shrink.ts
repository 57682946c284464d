/**
 * Makes an input smaller by leaving pieces out, large ones first, as long as something about it still holds.
 * @param stillHolds true for `input`
 * @param tries how often `stillHolds` is asked at most
 */
export function shrink(input: Buffer, stillHolds: (smaller: Buffer) => boolean, tries: number): Buffer {
  let smallest = input;
  let left = tries;
  for (let length = Math.ceil(input.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let at = 0; at < smallest.length && left > 0; ) {
      const smaller = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + length)]);
      left -= 1;
      if (stillHolds(smaller)) smallest = smaller;
      else at += length;
    }
  }
  return smallest;
}
