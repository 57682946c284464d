import type { TransportAddress } from '#codecs/media/description.ts';
import { mayConnectTo } from '../../call/control-address.ts';
import { textOfAlias } from '../../call/dialled.ts';
import { readSignalAddress, writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import { aliasKey, aliasKeys } from '../alias-key.ts';
import type { RasMessage } from '../message.ts';
import type { Authenticator, Proof } from '../security/authenticator.ts';
import { reject } from './answers.ts';
import { alternateGatekeepers, isName } from './discovery.ts';
import { type Arrival, type GatekeeperOptions, PROTOCOL } from './options.ts';
import { expiryOf, type Registration, type Registry } from './registry.ts';

type RegistrationRequest = H225<'RegistrationRequest'>;
type RejectReason = H225<'RegistrationRejectReason'>;

/** Aliases and addresses that one room may have. */
const MOST_ALIASES = 32;
const MOST_ADDRESSES = 8;
/** Where a room takes calls that does not know its address: it is where it registers from. */
const ZEROS = /^[0:.]+$/;
/** Characters of a product's name that are kept. */
const PRODUCT_LENGTH = 64;

/** What a gatekeeper registers rooms with. */
export interface RegisteringContext {
  readonly options: GatekeeperOptions;
  readonly registry: Registry;
  readonly authenticator: Authenticator;
}

/** The answer to a RegistrationRequest, and which registrations went or came by it. */
export interface RegisteringAnswer {
  readonly answer: RasMessage;
  readonly registered: Registration | undefined;
  readonly replaced: readonly Registration[];
}

/** Carries out a RegistrationRequest whose proof was found good enough (H.225.0 §7.9, H.323 §7.2.2). */
export function registered(
  request: RegistrationRequest,
  proof: Proof,
  arrival: Arrival,
  { options, registry, authenticator }: RegisteringContext,
): RegisteringAnswer {
  const { requestSeqNum } = request;
  const refuse = (rejectReason: RejectReason): RegisteringAnswer => ({
    answer: reject.registration(requestSeqNum, options.gatekeeperIdentifier, rejectReason),
    registered: undefined,
    replaced: [],
  });
  const { gatekeeperIdentifier } = request;
  if (gatekeeperIdentifier !== undefined && !isName(gatekeeperIdentifier, options.gatekeeperIdentifier)) {
    return refuse({ type: 'discoveryRequired', value: null });
  }
  const former =
    request.endpointIdentifier === undefined ? undefined : registry.byIdentifier(request.endpointIdentifier);
  const own = former !== undefined && mayChange(former, proof, arrival) ? former : undefined;
  const timeToLive = lifetimeOf(request, options);
  if (request.keepAlive === true) {
    const kept = own === undefined ? undefined : registry.refresh(own.endpointIdentifier, timeToLive, arrival.now);
    return kept === undefined
      ? refuse({ type: 'fullRegistrationRequired', value: null })
      : { answer: confirmed(request, kept, arrival, options), registered: undefined, replaced: [] };
  }
  if (request.additiveRegistration !== undefined && own === undefined) {
    return refuse({ type: 'fullRegistrationRequired', value: null });
  }
  const read = readRequest(request, arrival, options);
  if ('type' in read) {
    return refuse(read);
  }
  // A room that says all again and forgot its identifier is the same room: its calls go on.
  const [place] = read.callSignalAddresses;
  const there = place === undefined ? undefined : registry.bySignalAddress(place);
  const same = own ?? (there !== undefined && mayChange(there, proof, arrival) ? there : undefined);
  const user = proof.outcome === 'proven' ? proof.user.name : undefined;
  const additions = distinct(read.aliases);
  const aliases =
    request.additiveRegistration === undefined ? additions : distinct([...(own?.aliases ?? []), ...additions]);
  const [none] = aliases;
  if (none === undefined || aliases.length > MOST_ALIASES) {
    return refuse({ type: 'invalidAlias', value: null });
  }
  const foreign = aliases.filter((alias) => isForeign(alias, user, options, authenticator));
  if (foreign.length > 0) {
    return refuse({ type: 'duplicateAlias', value: foreign });
  }
  const registration: Registration = {
    endpointIdentifier: same?.endpointIdentifier ?? options.newIdentifier(),
    aliases,
    callSignalAddresses: read.callSignalAddresses,
    rasAddress: read.rasAddress,
    sourceAddress: arrival.from.address,
    user,
    scheme: proof.outcome === 'proven' ? proof.scheme : undefined,
    product: productOf(request.endpointVendor),
    timeToLive,
    expiresAt: expiryOf(timeToLive, arrival.now),
  };
  const outcome = registry.register(registration);
  switch (outcome.outcome) {
    case 'duplicate-alias':
      return refuse({ type: 'duplicateAlias', value: outcome.aliases });
    case 'full':
      return refuse({ type: 'resourceUnavailable', value: null });
    case 'registered':
      return {
        answer: confirmed(request, registration, arrival, options),
        registered: registration,
        replaced: outcome.replaced,
      };
  }
}

/** Whether a request may change a registration: it comes from where that came from, or from its user. */
export function mayChange(
  { user, sourceAddress }: Registration,
  proof: Proof,
  { from }: Pick<Arrival, 'from'>,
): boolean {
  return user === undefined
    ? sourceAddress === from.address
    : proof.outcome === 'proven' && aliasKey(proof.user.name) === aliasKey(user);
}

/** Where answers and requests go to: the RAS address that was named, where it is that of the sender; a stranger cannot name others. */
export function rasAddressOf(
  named: readonly (H225<'TransportAddress'> | undefined)[],
  from: TransportAddress,
): TransportAddress {
  const own = named.map(readSignalAddress).find((address) => address?.address === from.address && address.port > 0);
  return own ?? from;
}

function readRequest(
  { callSignalAddress, rasAddress, terminalAlias }: RegistrationRequest,
  { from, localAddress }: Arrival,
  { callSignalPort }: Pick<GatekeeperOptions, 'callSignalPort'>,
): Pick<Registration, 'callSignalAddresses' | 'rasAddress' | 'aliases'> | RejectReason {
  const addresses = callSignalAddress.map(readSignalAddress).filter((address) => address !== undefined);
  const callSignalAddresses = addresses
    .map(({ address, port }) => ({ address: ZEROS.test(address) ? from.address : address, port }))
    .filter(({ address, port }) => address !== localAddress || port !== callSignalPort)
    // Calls to it go there through us: a stranger must not have us reach what he could not.
    .filter((place) => mayConnectTo(place, from.address))
    .slice(0, MOST_ADDRESSES);
  if (callSignalAddresses.length === 0) {
    return { type: 'invalidCallSignalAddress', value: null };
  }
  if (rasAddress.length === 0) {
    return { type: 'invalidRASAddress', value: null };
  }
  const aliases = (terminalAlias ?? []).filter((alias) => aliasKey(textOfAlias(alias) ?? '') !== '');
  return { callSignalAddresses, rasAddress: rasAddressOf(rasAddress, from), aliases };
}

/** Whether nobody, or only somebody else, may have this alias: it is a class code of ours, or the name of a user. */
function isForeign(
  alias: H225<'AliasAddress'>,
  user: string | undefined,
  options: GatekeeperOptions,
  authenticator: Authenticator,
): boolean {
  const key = aliasKey(textOfAlias(alias) ?? '');
  const isOwnName = user !== undefined && aliasKey(user) === key;
  return options.isOurs(key) || (authenticator.knows(key) && !isOwnName);
}

/** Each alias once, of each kind: what a room registers is said again to it as it said it. */
function distinct(aliases: readonly H225<'AliasAddress'>[]): H225<'AliasAddress'>[] {
  const byKey = new Map(aliases.map((alias) => [`${alias.type} ${aliasKeys([alias]).join('')}`, alias]));
  return [...byKey.values()];
}

function lifetimeOf({ timeToLive }: RegistrationRequest, { timeToLive: bounds }: GatekeeperOptions): number {
  return Math.min(bounds.maximum, Math.max(bounds.minimum, timeToLive ?? bounds.usual));
}

function productOf({ productId, versionId }: H225<'VendorIdentifier'>): string {
  const words = [productId, versionId].map((octets) => Buffer.from(octets ?? []).toString('latin1'));
  return words
    .join(' ')
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, PRODUCT_LENGTH);
}

function confirmed(
  { requestSeqNum }: RegistrationRequest,
  registration: Registration,
  { localAddress }: Arrival,
  { gatekeeperIdentifier, callSignalPort, alternates, preGranted }: GatekeeperOptions,
): RasMessage {
  return {
    type: 'registrationConfirm',
    value: {
      requestSeqNum,
      protocolIdentifier: PROTOCOL,
      callSignalAddress: [writeSignalAddress({ address: localAddress, port: callSignalPort })],
      terminalAlias: registration.aliases,
      gatekeeperIdentifier,
      endpointIdentifier: registration.endpointIdentifier,
      timeToLive: registration.timeToLive,
      ...(alternates.length === 0 ? {} : { alternateGatekeeper: alternateGatekeepers(alternates) }),
      willRespondToIRR: false,
      maintainConnection: false,
      supportsAdditiveRegistration: null,
      ...(preGranted
        ? {
            preGrantedARQ: {
              makeCall: true,
              useGKCallSignalAddressToMakeCall: true,
              answerCall: true,
              useGKCallSignalAddressToAnswer: false,
            },
          }
        : {}),
    },
  };
}
