import { reference, type Types } from '#signaling/h323/asn1/notation.ts';
import { encodeCaptured } from '#signaling/h323/captured/captured-codec.ts';
import { h225Types } from '#signaling/h323/h225/types.ts';
import { h245Types } from '#signaling/h323/h245/types.ts';
import { alternativesOf, exampleValue } from './example-value.ts';
import type { Sent } from './write-capture.ts';

/** A message of every kind that H.225.0, RAS and H.245 have. */
export function everyExample(full: boolean): Sent[] {
  const body = h225Types['H323-UU-PDU'].root['h323-message-body'];
  return [
    ...alternativesOf(body).map((name) => exampleOf('H323-UserInformation', h225Types, full, [name])),
    ...alternativesOf(h225Types.RasMessage).map((name) => exampleOf('RasMessage', h225Types, full, [name])),
    ...(
      [
        ['request', h245Types.RequestMessage],
        ['response', h245Types.ResponseMessage],
        ['command', h245Types.CommandMessage],
        ['indication', h245Types.IndicationMessage],
      ] as const
    ).flatMap(([kind, type]) =>
      alternativesOf(type).map((name) => exampleOf('MultimediaSystemControlMessage', h245Types, full, [kind, name])),
    ),
  ];
}

function exampleOf(type: Sent['type'], types: Types, full: boolean, chosen: readonly string[]): Sent {
  const value = exampleValue(reference(type), types, full, chosen);
  return { type, octets: encodeCaptured({ type }, value) };
}
