import type { Logger } from 'pino';
import { StrangerLog } from '#signaling/log/stranger-log.ts';
import { systemClock } from '#signaling/sip/edge/clock.ts';
import { userMark } from '#signaling/sip/edge/guard/request-marks.ts';
import { SipGuard } from '#signaling/sip/edge/guard/sip-guard.ts';
import type { Binding } from '#signaling/sip/registrar/location-table.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { BannedSources } from './ban-lists.ts';

/** By what the guard knows rooms at the start, and later. */
export interface KnownRooms {
  /** Contacts of users that a gateway before knew. */
  readonly bindings?: ReadonlyMap<string, readonly Binding[]>;
  /** Whether a nonce was issued to an address. */
  readonly issued?: (nonce: string, address: string) => boolean;
}

/** The guard of the configuration; undefined where none is wanted. Writes a line for every ban, within bounds. */
export function sipGuard(
  { guard }: Configuration['sip'],
  log: Logger,
  { bindings, issued }: KnownRooms = {},
): SipGuard | undefined {
  if (!guard.enabled) {
    return undefined;
  }
  const strangers = new StrangerLog(log);
  const made = new SipGuard({
    issued,
    allowance: { burst: guard.burst, rate: guard.rate },
    banTime: 1000 * guard.banTime,
    never: guard.never,
    dropScanners: guard.dropScanners,
    banned: ({ source, transports }) =>
      // All bans count as one source: there may be thousands.
      strangers.line('', () =>
        log.warn(
          { event: 'sip-banned', source, transports, seconds: guard.banTime },
          'requests that came to nothing: a source is banned',
        ),
      ),
  });
  for (const [user, contacts] of bindings ?? []) remember(made, user, contacts);
  return made;
}

/** Tells the guard of the registrations of a user. */
function remember(guard: SipGuard, user: string, contacts: readonly Binding[]): void {
  const now = systemClock.now();
  for (const { arrival, callId, expiresAt } of contacts) {
    const { protocol, ...remote } = arrival;
    if (expiresAt <= now || (protocol !== 'udp' && protocol !== 'tcp')) continue;
    guard.remember({ protocol, remote }, { callId, user: userMark(user) }, now, expiresAt - now);
  }
}

/** Its bans, by the clock of the edge. */
export function sipBans(guard: SipGuard): BannedSources {
  return {
    bans: () => guard.bans(systemClock.now()),
    lift: (name) => guard.lift(name, systemClock.now()),
  };
}
