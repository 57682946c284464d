import { readAndWrite } from '#conformance/fuzz/per-round-trip.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { capturedRas, captureNames } from '#signaling/h323/captured/captured-messages.ts';
import { h225 } from '#signaling/h323/h225/types.ts';

/** Refused by a typed error, or read; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'RAS messages of H.225.0',
  maximumLength: 4000,
  seeds: () =>
    captureNames()
      .flatMap(capturedRas)
      .map(({ octets }) => Buffer.from(octets)),
  dictionary: [
    // The version, IPv4 and IPv6 addresses, H.235's identifiers, lengths of the long forms.
    ...['060008914a0008', '007f00000106b8', '0a2a864886f70c0a0102', '0700088175020106', '8100', 'bfff', 'c1', 'ff'],
    ...['0100', '4002003100320033', '12a0', '2680'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    readAndWrite(
      input,
      (octets) => h225.decode('RasMessage', octets),
      (message) => h225.encode('RasMessage', message),
    );
  },
};
