/** Session-Expires as written (RFC 4028 §4). */
export interface SessionExpires {
  /** Seconds. */
  readonly interval: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** What a request or response says of session timers. */
export interface TimerHeaders {
  readonly sessionExpires: string | undefined;
  readonly minSe: string | undefined;
  readonly supported: string | undefined;
}

/** Who refreshes a session, and how often. */
export interface SessionTerms {
  /** Seconds after the last refresh at which the session is over. */
  readonly interval: number;
  readonly weRefresh: boolean;
}

/** Our own wishes, seconds. */
export interface TimerWishes {
  readonly interval: number;
  /** Sessions shorter than this are refused: refreshes would be a load (at least 90, RFC 4028 §5). */
  readonly minimum: number;
}

/** Longest interval that is believed, seconds: a day. */
const LONGEST = 86_400;

/** Reads Session-Expires; undefined where it is missing or makes no sense. */
export function readSessionExpires(text: string | undefined): SessionExpires | undefined {
  const match = /^\s*(\d{1,10})\s*(?:;(.*))?$/s.exec(text ?? '');
  if (match === null) {
    return undefined;
  }
  const [, digits, parameters = ''] = match;
  const named = /(?:^|;)\s*refresher\s*=\s*(uac|uas)\b/i.exec(parameters)?.[1]?.toLowerCase();
  const refresher = named === 'uac' || named === 'uas' ? named : undefined;
  return { interval: Math.min(LONGEST, Number(digits)), refresher };
}

/** Whether a Supported or Require header names an option. */
function namesOption(header: string | undefined, option: string): boolean {
  return (header ?? '').split(',').some((name) => name.trim().toLowerCase() === option);
}

/**
 * Answers the timer headers of a request as its server (RFC 4028 §9): the terms and the headers of the 2xx, or the Min-SE
 * of a 422 where the caller wants to be refreshed too often.
 */
export function answerTimer(
  request: TimerHeaders,
  wishes: TimerWishes,
): { readonly terms: SessionTerms; readonly headers: Record<string, string> } | { readonly minSe: number } {
  const asked = readSessionExpires(request.sessionExpires);
  const callerRefreshes = namesOption(request.supported, 'timer');
  if (asked !== undefined && callerRefreshes && asked.interval < wishes.minimum) {
    return { minSe: wishes.minimum };
  }
  const least = Math.max(wishes.minimum, Math.min(LONGEST, Number(/\d+/.exec(request.minSe ?? '')?.[0] ?? 0)));
  const interval = Math.max(least, asked?.interval ?? wishes.interval);
  // Whoever asks for the work does it where he can; a caller without timers leaves it to us (table 2).
  const weRefresh = !callerRefreshes || asked?.refresher === 'uas';
  return {
    terms: { interval, weRefresh },
    headers: {
      'Session-Expires': `${interval};refresher=${weRefresh ? 'uas' : 'uac'}`,
      ...(weRefresh ? {} : { Require: 'timer' }),
    },
  };
}

/** The headers of a request of ours (RFC 4028 §7.1); `minimum` grows by 422 answers. */
export function timerRequestHeaders(wishes: TimerWishes): Record<string, string> {
  return {
    'Session-Expires': String(Math.max(wishes.interval, wishes.minimum)),
    'Min-SE': String(wishes.minimum),
    Supported: 'timer, 100rel, replaces',
  };
}

/** The terms that a 2xx to our request names (RFC 4028 §7.2); undefined where the far side wants no timer. */
export function acceptTimer(response: TimerHeaders): SessionTerms | undefined {
  const granted = readSessionExpires(response.sessionExpires);
  return granted === undefined || granted.interval < 1
    ? undefined
    : { interval: granted.interval, weRefresh: granted.refresher !== 'uas' };
}

/** When the refreshing side acts: half of the interval after the last refresh, ms (RFC 4028 §10). */
export function refreshAfter(terms: SessionTerms): number {
  return (terms.interval * 1000) / 2;
}

/** When the other side gives the session up: a little before it is over, ms (RFC 4028 §10). */
export function giveUpAfter(terms: SessionTerms): number {
  return (terms.interval - Math.min(32, terms.interval / 3)) * 1000;
}
