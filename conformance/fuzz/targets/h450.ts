import { readAndWrite } from '#conformance/fuzz/per-round-trip.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { answerSupplementaryServices, h450 } from '#signaling/h323/h450/supplementary-services.ts';

/** What was read says the same when it is written; one message is answered once, in 200 octets at most. */
export const target: FuzzTarget = {
  title: 'supplementary services of H.450 in messages of call signalling',
  maximumLength: 4000,
  seeds: () =>
    [
      // callTransferInitiate that wants a refusal; our reject of it; two invocations without a wish; one that ends the call.
      '2801103039000109020000',
      '0001c0023039400101',
      '0002100001000109100002000167',
      '2401100004000165',
    ].map((octets) => Buffer.from(octets, 'hex')),
  dictionary: ['00', '28', '24', '20', '0101', '4001', 'c002', '8100', 'ff', '7f'].map((octets) =>
    Buffer.from(octets, 'hex'),
  ),
  examine(input) {
    readAndWrite(
      input,
      (octets) => h450.decode('H4501SupplementaryService', octets),
      (service) => h450.encode('H4501SupplementaryService', service),
    );
    const { answers } = answerSupplementaryServices([input, input]);
    if (answers.length > 1 || answers.some(({ length }) => length > 200)) {
      throw new Error('an answer that is longer than it need be');
    }
  },
};
