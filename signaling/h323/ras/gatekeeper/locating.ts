import { textOfAlias } from '../../call/dialled.ts';
import { writeSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { RasMessage } from '../message.ts';
import { type AdmittingContext, placeOfAlias } from './admitting.ts';
import type { Arrival } from './options.ts';

/** Answers another gatekeeper's, or a room's, question where somebody takes calls (H.225.0 §7.13). */
export function located(
  { requestSeqNum, destinationInfo }: H225<'LocationRequest'>,
  isAllowed: boolean,
  { localAddress }: Arrival,
  context: Pick<AdmittingContext, 'options' | 'registry'>,
): RasMessage {
  if (!isAllowed) {
    return { type: 'locationReject', value: { requestSeqNum, rejectReason: { type: 'requestDenied', value: null } } };
  }
  for (const alias of destinationInfo) {
    const place = placeOfAlias(textOfAlias(alias) ?? '', localAddress, context);
    if (place !== undefined) {
      return {
        type: 'locationConfirm',
        value: {
          requestSeqNum,
          callSignalAddress: writeSignalAddress(place.address),
          rasAddress: writeSignalAddress({ address: localAddress, port: context.options.rasPort }),
          // Some neighbours lose who was dialled where it is not said again.
          destinationInfo: [alias],
        },
      };
    }
  }
  return { type: 'locationReject', value: { requestSeqNum, rejectReason: { type: 'notRegistered', value: null } } };
}
