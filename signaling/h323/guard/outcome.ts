import type { EndReason } from '../../call/call.ts';
import type { GatekeeperEvent } from '../ras/gatekeeper/options.ts';

/**
 * What something that came to nothing costs of a source's budget: `fruitless` is a fault of the sender's; `usual` happens to honest
 * rooms all the time.
 */
export const COSTS = { none: 0, usual: 0.25, fruitless: 1 } as const;
/** What something counts as: a key of `COSTS`. */
export type Outcome = keyof typeof COSTS;

const CALLS: Readonly<Record<EndReason, Outcome>> = {
  'unknown-class': 'fruitless',
  'no-common-media': 'fruitless',
  'bad-request': 'fruitless',
  // By a gatekeeper: of ours for who is not let in, or knows nobody here.
  rejected: 'fruitless',
  unreachable: 'fruitless',
  'remote-hangup': 'usual',
  cancelled: 'usual',
  capacity: 'usual',
  busy: 'usual',
  'no-answer': 'usual',
  'signalling-timeout': 'usual',
  'connection-lost': 'usual',
  'local-hangup': 'none',
  replaced: 'none',
  'media-timeout': 'none',
  shutdown: 'none',
  'internal-error': 'none',
};

/** What a call is worth that ended before it was answered. */
export function outcomeOfCall(reason: EndReason): Outcome {
  return CALLS[reason];
}

/** Refusals that honest rooms get after a restart of ours, with a wrong clock, or where we have no room for more. */
const USUAL_REFUSALS: ReadonlySet<string> = new Set([
  'clock',
  'callerNotRegistered',
  'discoveryRequired',
  'fullRegistrationRequired',
  'resourceUnavailable',
]);

/** What a datagram for the gatekeeper is worth. */
export function outcomeOfDatagram(event: GatekeeperEvent): Outcome {
  switch (event.type) {
    case 'refused':
      return USUAL_REFUSALS.has(event.why) ? 'usual' : 'fruitless';
    case 'unreadable':
      return 'fruitless';
    case 'limited':
      return 'usual';
    default:
      return 'none';
  }
}
