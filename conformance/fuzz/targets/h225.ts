import assert from 'node:assert/strict';
import { readAndWrite } from '#conformance/fuzz/per-round-trip.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { capturedContents, captureNames } from '#signaling/h323/captured/captured-messages.ts';
import { type CallMessage, CallMessageError, readCallMessage, writeCallMessage } from '#signaling/h323/h225/message.ts';
import { h225 } from '#signaling/h323/h225/types.ts';

/** Refused by a typed error, or read; what was read says the same when it is written. */
export const target: FuzzTarget = {
  title: 'messages of call signalling: Q.931 around H.225.0',
  maximumLength: 20_000,
  seeds: () =>
    captureNames()
      .flatMap(capturedContents)
      .filter(({ protocol }) => protocol === 'q931')
      .map(({ contents }) => contents),
  dictionary: [
    // The version, an IPv4 address, an empty body, lengths of the long forms.
    ...['060008914a0007', '007f00000106b8', '28060008914a0007', '7e000105', '0500', '8100', 'bfff', 'c1', 'ff'],
    ...['10014000', '10800100', '4002003100320033', '22c0090000'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    // What stands in a user-user element, as it is: mutations reach further into it.
    readAndWrite(
      input,
      (octets) => h225.decode('H323-UserInformation', octets),
      (information) => h225.encode('H323-UserInformation', information),
    );
    const message = read(input);
    if (message !== undefined) assert.deepEqual(read(writeCallMessage(message)), message);
  },
};

function read(input: Buffer): CallMessage | undefined {
  try {
    return readCallMessage(input);
  } catch (error) {
    if (error instanceof CallMessageError) return undefined;
    throw error;
  }
}
