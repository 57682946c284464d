import type { Logger } from 'pino';
import { StrangerLog } from '#signaling/log/stranger-log.ts';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import { SipGuard } from '#signaling/sip/edge/guard/sip-guard.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { BannedSources } from './ban-lists.ts';

/** The guard of the configuration; undefined where none is wanted. Writes a line for every ban, within bounds. */
export function sipGuard({ guard }: Configuration['sip'], log: Logger): SipGuard | undefined {
  if (!guard.enabled) {
    return undefined;
  }
  const strangers = new StrangerLog(log);
  return new SipGuard({
    allowance: { burst: guard.burst, rate: guard.rate },
    banTime: 1000 * guard.banTime,
    never: guard.never,
    dropScanners: guard.dropScanners,
    banned: ({ source }) =>
      // All bans count as one source: there may be thousands.
      strangers.line('', () =>
        log.warn(
          { event: 'sip-banned', source, seconds: guard.banTime },
          'requests that came to nothing: a source is banned',
        ),
      ),
  });
}

/** Its bans, by the clock of the edge. */
export function sipBans(guard: SipGuard): BannedSources {
  return {
    bans: () => guard.bans(systemClock.now()),
    lift: (name) => guard.lift(name, systemClock.now()),
  };
}
