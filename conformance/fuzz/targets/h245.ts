import { readAndWrite } from '#conformance/fuzz/per-round-trip.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { allCapturedMessages } from '#signaling/h323/captured/captured-messages.ts';
import { h245 } from '#signaling/h323/h245/types.ts';

/** Refused by a typed error, or read; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'messages of H.245, and logical channels as fastStart has them',
  maximumLength: 20_000,
  seeds: () =>
    allCapturedMessages()
      .filter(({ type }) => type === 'MultimediaSystemControlMessage' || type === 'OpenLogicalChannel')
      .map(({ octets }) => Buffer.from(octets)),
  dictionary: [
    // Identifiers of H.264, H.239 and of H.235's tokens; lengths of the long forms.
    ...['08817100000001', '0008817c0001', '0008817c0002', '00088175000001', '8100', 'bfff', 'c1', 'c4', 'ff', '7f'],
    ...['0270010600088175', '0310', '4a', '6e00', '22c0'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    readAndWrite(
      input,
      (octets) => h245.decode('MultimediaSystemControlMessage', octets),
      (message) => h245.encode('MultimediaSystemControlMessage', message),
    );
    readAndWrite(
      input,
      (octets) => h245.decode('OpenLogicalChannel', octets),
      (channel) => h245.encode('OpenLogicalChannel', channel),
    );
  },
};
