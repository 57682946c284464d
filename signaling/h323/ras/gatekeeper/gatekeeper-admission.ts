import { textOfAlias } from '../../call/dialled.ts';
import type { Admission, Admitted, CallToAdmit, Refused } from '../admission.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { Registration } from './registry.ts';

/**
 * Our own gatekeeper as the one that our calls ask: registered rooms are called where they registered, and told when a call is over.
 * Calls to and from others are let be.
 */
export function gatekeeperAdmission(gatekeeper: () => Gatekeeper | undefined, now: () => number): Admission {
  return {
    admit: (call) => Promise.resolve(admitted(call, gatekeeper())),
    release: (callIdentifier) => gatekeeper()?.callEnded(callIdentifier, now()),
  };
}

/** Whether the other side of a call is a room that is registered with us. */
export function isWithUs(call: CallToAdmit, gatekeeper: Pick<Gatekeeper, 'lookup' | 'calls'>): boolean {
  const aliases = call.direction === 'inbound' ? call.sourceAliases : call.destinationAliases;
  return gatekeeper.calls.get(call.callIdentifier) !== undefined || roomOf(aliases, gatekeeper) !== undefined;
}

function admitted(call: CallToAdmit, gatekeeper: Gatekeeper | undefined): Admitted | Refused {
  const isOutbound = call.direction === 'outbound';
  const room = isOutbound && gatekeeper !== undefined ? roomOf(call.destinationAliases, gatekeeper) : undefined;
  if (isOutbound && room === undefined && call.destinationAddress === undefined) {
    return { outcome: 'refused', reason: 'unreachable', detail: 'calledPartyNotRegistered' };
  }
  return {
    outcome: 'admitted',
    callSignalAddress: room?.callSignalAddresses[0],
    destinationAliases: undefined,
    bitRate: call.bitRate,
  };
}

function roomOf(
  aliases: CallToAdmit['destinationAliases'],
  gatekeeper: Pick<Gatekeeper, 'lookup'>,
): Registration | undefined {
  const [room] = aliases
    .map((alias) => gatekeeper.lookup(textOfAlias(alias) ?? ''))
    .filter((found) => found !== undefined);
  return room;
}
