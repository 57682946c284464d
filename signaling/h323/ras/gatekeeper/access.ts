import type { TransportAddress } from '#codecs/media/description.ts';
import { readSignalAddress } from '../../call/transport-address.ts';
import type { RasMessage } from '../message.ts';
import type { Proof } from '../security/authenticator.ts';
import { mayChange } from './registering.ts';
import type { Registration, Registry } from './registry.ts';

/** The registration that a request says it is about, whoever sent it. */
export function namedRegistration(
  request: RasMessage,
  from: TransportAddress,
  registry: Registry,
): Registration | undefined {
  switch (request.type) {
    case 'registrationRequest':
    case 'admissionRequest':
    case 'bandwidthRequest':
    case 'disengageRequest':
    case 'infoRequestResponse':
    case 'locationRequest':
    case 'resourcesAvailableIndicate':
    case 'serviceControlIndication':
      return request.value.endpointIdentifier === undefined
        ? undefined
        : registry.byIdentifier(request.value.endpointIdentifier);
    case 'unregistrationRequest': {
      if (request.value.endpointIdentifier !== undefined) {
        return registry.byIdentifier(request.value.endpointIdentifier);
      }
      const places = request.value.callSignalAddress.map(readSignalAddress);
      const rooms = places.map((place) => (place === undefined ? undefined : registry.bySignalAddress(place)));
      return rooms.find((room) => room?.sourceAddress === from.address);
    }
    default:
      return undefined;
  }
}

/**
 * What is wrong with who asks; undefined where the request may be carried out. Rooms with H.235.1 sign everything, with a CAT what
 * registers and what calls, with cryptoEPPwdHash only what registers: the rest must come from the address of the registration.
 */
export function faultOf(
  { type }: RasMessage,
  registration: Registration | undefined,
  proof: Proof,
  from: TransportAddress,
  authentication: 'required' | 'optional',
): string | undefined {
  if (type === 'gatekeeperRequest' || type === 'locationRequest') {
    return undefined;
  }
  if (proof.outcome === 'refused') {
    return proof.why;
  }
  if (registration?.user !== undefined && !mayChange(registration, proof, { from })) {
    const isNeeded =
      registration.scheme === 'hmac' ||
      type === 'registrationRequest' ||
      (registration.scheme === 'cat' && type === 'admissionRequest');
    return isNeeded || registration.sourceAddress !== from.address ? 'no-proof' : undefined;
  }
  const isBeginning = type === 'registrationRequest' && registration?.user === undefined;
  return isBeginning && authentication === 'required' && proof.outcome === 'absent' ? 'no-proof' : undefined;
}

/** Whether a room is at an address: it registered from there, or takes calls there. */
export function isAt({ sourceAddress, callSignalAddresses }: Registration, address: string): boolean {
  return sourceAddress === address || callSignalAddresses.some((own) => own.address === address);
}

/** Whether a request comes from the room itself: from its address, or signed by it. Whoever knows an identifier by hearsay is not the room. */
export function isFromRoom(registration: Registration, proof: Proof, from: TransportAddress): boolean {
  return registration.sourceAddress === from.address || mayChange(registration, proof, { from });
}
