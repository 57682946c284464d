import { writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import type { Authenticator } from '../security/authenticator.ts';
import { BASELINE } from '../security/hashed-message.ts';
import { CAT, MD5 } from '../security/password-hash.ts';
import { type Arrival, type GatekeeperOptions, PROTOCOL } from './options.ts';

type GatekeeperRequest = H225<'GatekeeperRequest'>;

/** Answers the question who is a gatekeeper here; undefined where another one is looked for, by all (H.225.0 §7.8). */
export function discovered(
  request: GatekeeperRequest,
  { localAddress, isMulticast }: Arrival & { readonly isMulticast: boolean },
  { gatekeeperIdentifier, rasPort, alternates, users }: GatekeeperOptions,
  authenticator: Authenticator,
): RasMessage | undefined {
  const { requestSeqNum } = request;
  if (request.gatekeeperIdentifier !== undefined && !isName(request.gatekeeperIdentifier, gatekeeperIdentifier)) {
    const rejectReason = { type: 'terminalExcluded', value: null } as const;
    const value = { requestSeqNum, protocolIdentifier: PROTOCOL, gatekeeperIdentifier, rejectReason };
    return isMulticast ? undefined : { type: 'gatekeeperReject', value };
  }
  const hasPlainPasswords = users.some(({ password }) => password !== undefined);
  const mode = authenticator.hasUsers ? chosenMode(request, hasPlainPasswords) : undefined;
  return {
    type: 'gatekeeperConfirm',
    value: {
      requestSeqNum,
      protocolIdentifier: PROTOCOL,
      // Avaya's rooms restart when they read a name.
      ...(isAvaya(request) ? {} : { gatekeeperIdentifier }),
      rasAddress: writeSignalAddress({ address: localAddress, port: rasPort }),
      ...(alternates.length === 0 ? {} : { alternateGatekeeper: alternateGatekeepers(alternates) }),
      ...(mode === undefined ? {} : mode),
    },
  };
}

/** Other gatekeepers in the order in which they are to be tried. */
export function alternateGatekeepers(alternates: GatekeeperOptions['alternates']): H225<'AlternateGK'>[] {
  return alternates.map((address, index) => ({
    rasAddress: writeSignalAddress(address),
    needToRegister: true,
    priority: Math.min(index, 127),
  }));
}

/** Names of gatekeepers are compared without case and without a NUL at the end. */
export function isName(one: string, other: string): boolean {
  return one.replace(/\0+$/, '').toLowerCase() === other.toLowerCase();
}

/** The best of the ways of proof that the room offers: H.235.1 hashes whole messages. */
function chosenMode(
  { authenticationCapability = [], algorithmOIDs = [] }: GatekeeperRequest,
  hasPlainPasswords: boolean,
): Pick<H225<'GatekeeperConfirm'>, 'authenticationMode' | 'algorithmOID'> | undefined {
  const hashes = authenticationCapability.some(({ type }) => type === 'pwdHash');
  const asks = authenticationCapability.some(({ type }) => type === 'authenticationBES');
  const baseline = BASELINE.algorithm.find((algorithm) => algorithmOIDs.includes(algorithm));
  if (hashes && baseline !== undefined) {
    return { authenticationMode: { type: 'pwdHash', value: null }, algorithmOID: baseline };
  }
  if (hasPlainPasswords && asks && algorithmOIDs.includes(CAT)) {
    const value = { type: 'radius', value: null } as const;
    return { authenticationMode: { type: 'authenticationBES', value }, algorithmOID: CAT };
  }
  if (hasPlainPasswords && hashes && algorithmOIDs.includes(MD5)) {
    return { authenticationMode: { type: 'pwdHash', value: null }, algorithmOID: MD5 };
  }
  return undefined;
}

function isAvaya({ nonStandardData }: GatekeeperRequest): boolean {
  const identifier = nonStandardData?.nonStandardIdentifier;
  return identifier?.type === 'object' && identifier.value.startsWith('2.16.840.1.113778.');
}
