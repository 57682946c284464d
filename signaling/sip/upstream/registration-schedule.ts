/** ms of the first wait after a failure; each further one doubles it. */
const FIRST_RETRY = 5_000;
/** ms of the longest wait that we choose ourselves. */
const LONGEST_RETRY = 300_000;
/** ms of the longest wait that a registrar may ask for. */
const LONGEST_ASKED = 3_600_000;
/** ms of the shortest time between two refreshes, whatever lifetime a registrar grants. */
const SHORTEST_REFRESH = 5_000;

/** ms from a success to the next REGISTER: half of the lifetime granted, so that one that is lost leaves time for others. */
export function refreshDelay(expiresSeconds: number): number {
  return Math.max(SHORTEST_REFRESH, (expiresSeconds * 1000) / 2);
}

/**
 * ms from a failure to the next try. Gateways that failed together shall not come back together, so each takes between half and
 * the whole of the wait (as RFC 5626 §4.5 has it).
 * @param failures failures in a row, this one included, from 1
 * @param retryAfter seconds of a Retry-After header, which is never undercut
 * @param chance 0 to 1
 */
export function retryDelay(failures: number, retryAfter: number | undefined, chance: number): number {
  const doubled = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(failures - 1, 20));
  const asked = Math.min(LONGEST_ASKED, (retryAfter ?? 0) * 1000);
  return Math.max(asked, doubled * (0.5 + chance / 2));
}
