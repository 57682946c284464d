/** A distance (ms) that is no standstill yet: frames come late on a busy machine. */
const USUAL = 250;

/**
 * When something that comes again and again was back after it was cut off at `cut`: ms from then to the end of the longest silence that
 * followed. 0 where it was never silent; undefined where it was silent to the end, `until`. `times` ascend. A silence that begins more
 * than `within` ms after the cut is none of it.
 */
export function comeback(
  times: readonly number[],
  cut: number,
  until: number,
  within = Number.POSITIVE_INFINITY,
): number | undefined {
  const after = times.filter((time) => time > cut && time <= until);
  let longest = USUAL;
  let back = 0;
  let before = cut;
  for (const time of after) {
    if (time - before > longest && before - cut <= within) {
      longest = time - before;
      back = time - cut;
    }
    before = time;
  }
  return until - before > longest && before - cut <= within ? undefined : back;
}

/** The longest time without anything between `from` and `until`. `times` ascend. */
export function longestSilence(times: readonly number[], from: number, until: number): number {
  const within = times.filter((time) => time > from && time < until);
  return [...within, until].reduce(
    ({ longest, before }, time) => ({ longest: Math.max(longest, time - before), before: time }),
    { longest: 0, before: from },
  ).longest;
}
