import { isAt } from './access.ts';
import type { AdmittedCalls } from './admitted-calls.ts';
import type { Registry } from './registry.ts';

/** What a Setup that came says of its call, and where it came from. */
export interface ArrivedCall {
  /** 16 octets. */
  readonly callIdentifier: Uint8Array;
  /** 16 octets. */
  readonly conferenceIdentifier: Uint8Array;
  /** What the caller says that its gatekeeper calls it; most say nothing. */
  readonly endpointIdentifier?: string | undefined;
  readonly remoteAddress: string;
}

/** ms in which a call that was admitted has to come: rooms try several addresses before that which reaches us. */
export const COMES_WITHIN = 30_000;

interface ArrivalContext {
  readonly registry: Registry;
  readonly calls: AdmittedCalls;
}

/**
 * The room that a call is of, by its endpointIdentifier: the one that was let into it and is where it comes from; else the one that asked for
 * it and has not called yet, as some NATs show other addresses for TCP than for UDP. The first Setup takes the admission up: after it
 * the call comes from its address alone. Undefined where nobody was let into such a call.
 * @param called the room that it is for, by its endpointIdentifier; undefined where it is for us
 */
export function takeUp(
  call: ArrivedCall,
  called: string | undefined,
  now: number,
  { registry, calls }: ArrivalContext,
): string | undefined {
  const { callIdentifier, conferenceIdentifier, endpointIdentifier, remoteAddress } = call;
  const admitted = calls.get(callIdentifier);
  const parties = [...(admitted?.parties ?? [])];
  const [there] = placed(parties, remoteAddress, registry);
  if (there !== undefined) {
    calls.arrived(callIdentifier, there, remoteAddress);
    return there;
  }
  if (admitted === undefined || Buffer.compare(admitted.conferenceIdentifier, conferenceIdentifier) !== 0) {
    return undefined;
  }
  const awaited = parties.find(
    ([identifier, { expected }]) =>
      expected !== undefined &&
      now <= expected.until &&
      expected.called === called &&
      (endpointIdentifier === undefined || endpointIdentifier === identifier) &&
      registry.byIdentifier(identifier) !== undefined,
  );
  if (awaited === undefined) {
    return undefined;
  }
  const [caller] = awaited;
  calls.arrived(callIdentifier, caller, remoteAddress);
  return caller;
}

/**
 * The rooms that were let into a call and are where its signalling comes from, by their endpointIdentifiers; all that were let into it where
 * `remoteAddress` is undefined.
 */
export function partiesAt(
  callIdentifier: Uint8Array,
  remoteAddress: string | undefined,
  { registry, calls }: ArrivalContext,
): string[] {
  return placed([...(calls.get(callIdentifier)?.parties ?? [])], remoteAddress, registry);
}

function placed(
  parties: readonly (readonly [string, { readonly place: string | undefined }])[],
  remoteAddress: string | undefined,
  registry: Registry,
): string[] {
  const there = parties.filter(([identifier, { place }]) => {
    const room = registry.byIdentifier(identifier);
    return room !== undefined && (remoteAddress === undefined || place === remoteAddress || isAt(room, remoteAddress));
  });
  return there.map(([identifier]) => identifier);
}
