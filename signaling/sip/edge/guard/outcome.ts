/** What became of a request outside dialogs. */
export interface AnsweredRequest {
  readonly method: string;
  /** Of the final answer. */
  readonly status: number;
  /** Whether the request brought credentials. */
  readonly hadCredentials: boolean;
  /** Whether the answer says that they were good once and are too old (RFC 7616 §3.3). */
  readonly stale: boolean;
}

/**
 * What a request is worth to us: `success` proves its sender; `fruitless` was refused for a fault of the sender's; `usual`
 * happens to honest rooms all the time and still comes to nothing by itself: a first challenge, a full lesson, an OPTIONS.
 * `open` is told later: the ACK of an INVITE shows whether its sender hears us.
 */
export type Outcome = 'success' | 'usual' | 'fruitless' | 'open';

/** What a request that came to nothing costs of a source's budget. */
export const COSTS = { usual: 0.25, fruitless: 1 } as const;

/** Refusals that are no fault of the sender's, or that a next request mends (RFC 3261 §21, RFC 4028 §6). */
const USUAL_REFUSALS: ReadonlySet<number> = new Set([408, 422, 423, 480, 482, 486, 487, 491]);

/** Judges a request by its final answer. */
export function outcomeOf({ method, status, hadCredentials, stale }: AnsweredRequest): Outcome {
  if (status < 300) {
    if (method === 'REGISTER') return 'success';
    return method === 'INVITE' ? 'open' : 'usual';
  }
  if (status < 400 || (status >= 500 && status < 600) || USUAL_REFUSALS.has(status)) return 'usual';
  const challenged = status === 401 || status === 407;
  return challenged && (!hadCredentials || stale) ? 'usual' : 'fruitless';
}
