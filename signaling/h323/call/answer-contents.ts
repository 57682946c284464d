import type { TransportAddress } from '#codecs/media/description.ts';
import type { H225 } from '../h225/types.ts';
import { readSignalAddress } from './transport-address.ts';

/** What a message that answers a Setup says besides its kind. */
export interface AnswerContents {
  readonly vendor: H225<'VendorIdentifier'> | undefined;
  /** Where its sender takes H.245. */
  readonly h245Address: TransportAddress | undefined;
  /** Channels that were chosen of those proposed. */
  readonly fastStart: readonly Uint8Array[] | undefined;
  readonly refusesFastStart: boolean;
}

/** The contents of CallProceeding, Progress, Alerting and Connect; undefined for other messages. */
export function readAnswer(body: H225<'H323-UU-PDU'>['h323-message-body']): AnswerContents | undefined {
  switch (body.type) {
    case 'callProceeding':
    case 'progress':
    case 'alerting':
    case 'connect': {
      const { destinationInfo, h245Address, fastStart, fastConnectRefused } = body.value;
      return {
        vendor: destinationInfo.vendor,
        h245Address: readSignalAddress(h245Address),
        fastStart,
        refusesFastStart: fastConnectRefused !== undefined,
      };
    }
    default:
      return undefined;
  }
}
