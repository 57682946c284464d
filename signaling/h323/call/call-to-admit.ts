import type { H225 } from '../h225/types.ts';
import type { CallToAdmit } from '../ras/admission.ts';
import { readSignalAddress } from './transport-address.ts';

/** bit/s that a call is counted with: Setup does not say, and rooms call with 2 Mbit/s or less. */
const BIT_RATE = 1_920_000;

/** What a gatekeeper is asked about a call that came. */
export function callToAdmit(
  setup: H225<'Setup-UUIE'>,
  {
    callIdentifier,
    callReference,
    remoteAddress,
  }: Pick<CallToAdmit, 'callIdentifier' | 'callReference' | 'remoteAddress'>,
): CallToAdmit {
  return {
    callIdentifier,
    conferenceIdentifier: setup.conferenceID,
    callReference,
    direction: 'inbound',
    destinationAliases: setup.destinationAddress ?? [],
    destinationAddress: readSignalAddress(setup.destCallSignalAddress),
    sourceAliases: setup.sourceAddress ?? [],
    sourceAddress: readSignalAddress(setup.sourceCallSignalAddress),
    remoteAddress,
    endpointIdentifier: setup.endpointIdentifier,
    bitRate: BIT_RATE,
  };
}
