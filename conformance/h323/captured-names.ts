import { type AsnType, reference, type Types } from '#signaling/h323/asn1/notation.ts';
import { decodeCaptured } from '#signaling/h323/captured/captured-codec.ts';
import type { CapturedMessage } from '#signaling/h323/captured/captured-messages.ts';
import { h225Types } from '#signaling/h323/h225/types.ts';
import { h245Types } from '#signaling/h323/h245/types.ts';
import { flattenValue, type Named } from './flatten-value.ts';

/** What we read in a captured message, component by component; the logical channels of a fastStart are messages of their own. */
export function namesAndValues(message: Pick<CapturedMessage, 'type' | 'octets'>): Named[] {
  const { type } = message;
  const types: Types = type === 'H323-UserInformation' || type === 'RasMessage' ? h225Types : h245Types;
  const named: AsnType = reference(type);
  return [...flattenValue(type, named, decodeCaptured(message), types)].filter(({ list }) => list !== 'fastStart');
}
