import type { Logger } from 'pino';
import { H323Guard } from '#signaling/h323/guard/h323-guard.ts';
import { StrangerLog } from '#signaling/log/stranger-log.ts';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import type { Configuration } from '../configuration/schema.ts';

/** The guard of the configuration; undefined where none is wanted. Writes a line for every ban, within bounds. */
export function h323Guard({ guard, gatekeeper, upstream }: Configuration['h323'], log: Logger): H323Guard | undefined {
  if (!guard.enabled) {
    return undefined;
  }
  const above = (upstream?.gatekeepers ?? []).map(({ address }) => address);
  const strangers = new StrangerLog(log);
  return new H323Guard({
    allowance: { burst: guard.burst, rate: guard.rate },
    banTime: 1000 * guard.banTime,
    never: [...guard.never, ...[...gatekeeper.neighbours, ...above].map(withoutZone)],
    now: () => systemClock.now(),
    banned: ({ source, transports }) =>
      // All bans count as one source: there may be thousands.
      strangers.line('', () =>
        log.warn(
          { event: 'h323-banned', source, transports, seconds: guard.banTime },
          'calls or requests that came to nothing: a source is banned',
        ),
      ),
  });
}

/** The address alone: the guard does not ask on which link it is. */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}
