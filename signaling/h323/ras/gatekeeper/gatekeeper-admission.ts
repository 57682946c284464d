import { textOfAlias } from '../../call/dialled.ts';
import type { Admission, Admitted, CallToAdmit, Refused } from '../admission.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { Registration } from './registry.ts';

/**
 * Our own gatekeeper as the one that our calls ask: registered rooms are called where they registered, and told when a call is over.
 * Calls to and from others are let be.
 */
export function gatekeeperAdmission(gatekeeper: () => Gatekeeper | undefined, now: () => number): Admission {
  const open = new OpenCalls();
  return {
    admit: (call) => {
      const known = gatekeeper();
      if (known !== undefined) {
        arrive(call, known, now());
      }
      const answer = admitted(call, known);
      if (answer.outcome === 'admitted') {
        open.add(call);
      }
      return Promise.resolve(answer);
    },
    release: (call) => {
      if (open.remove(call)) {
        gatekeeper()?.callEnded(call, now());
      }
    },
  };
}

/**
 * Calls of ours that are not over: several may bear one identifier. Of one address that is a room that lost its connection, whose call goes
 * on with the last of them; of another one it is another call.
 */
class OpenCalls {
  readonly #calls = new Map<string, Set<CallToAdmit>>();

  add(call: CallToAdmit): void {
    const key = keyOf(call);
    this.#calls.set(key, (this.#calls.get(key) ?? new Set()).add(call));
  }

  /** Whether it was the last of its identifier and address. */
  remove(call: CallToAdmit): boolean {
    const key = keyOf(call);
    const same = this.#calls.get(key);
    if (same?.delete(call) !== true || same.size > 0) {
      return false;
    }
    return this.#calls.delete(key);
  }
}

function keyOf({ callIdentifier, remoteAddress = 'ours' }: CallToAdmit): string {
  return `${Buffer.from(callIdentifier).toString('hex')} ${remoteAddress}`;
}

/** A call that came for us takes up the admission of its room, where one asked for it. @param now ms */
export function arrive(call: CallToAdmit, gatekeeper: Pick<Gatekeeper, 'arrived'>, now: number): void {
  const { direction, remoteAddress } = call;
  if (direction === 'inbound' && remoteAddress !== undefined) {
    gatekeeper.arrived({ ...call, remoteAddress }, undefined, now);
  }
}

/** Whether the other side of a call is a room that is registered with us. */
export function isWithUs(call: CallToAdmit, gatekeeper: Pick<Gatekeeper, 'lookup' | 'partiesOf'>): boolean {
  const aliases = call.direction === 'inbound' ? call.sourceAliases : call.destinationAliases;
  return gatekeeper.partiesOf(call).length > 0 || roomOf(aliases, gatekeeper) !== undefined;
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
