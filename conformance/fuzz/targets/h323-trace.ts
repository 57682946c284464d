import assert from 'node:assert/strict';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { type H323Event, h323Event } from '#gateway/diagnosis/h323-event.ts';
import type { H323Channel } from '#signaling/call/trace.ts';
import { capturedContents, captureNames } from '#signaling/h323/captured/captured-messages.ts';

/** More than the longest message that a TPKT packet holds: lines are cut where they are shown. */
const LONGEST_WORDS = 200_000;

/** What is shown is bounded, and masking what is masked changes nothing. */
export const target: FuzzTarget = {
  title: 'H.323 messages as traces show them, without their secrets',
  maximumLength: 20_000,
  seeds: () =>
    captureNames()
      .flatMap(capturedContents)
      .filter(({ protocol }) => protocol === 'q931' || protocol === 'h245')
      .map(({ contents }) => contents),
  dictionary: [
    // A PIN behind a class code, keys in H.245, tokens.
    ...['31303031233437313123', '6d80', '6d810434373131', '0a0008813c0501', '4002', '7e000105'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    for (const channel of ['call-signalling', 'control'] as const) {
      const shown = eventOf(input, channel);
      assert.ok(shown.words.length + shown.inside.join('').length < LONGEST_WORDS);
      if (shown.packet !== undefined) {
        const again = eventOf(shown.packet, channel);
        assert.deepEqual([again.words, again.inside], [shown.words, shown.inside], 'masked once is masked');
        assert.deepEqual(again.packet, shown.packet);
      }
    }
  },
};

function eventOf(packet: Uint8Array, channel: H323Channel): H323Event {
  const end = { address: '192.0.2.1', port: 1720 };
  return h323Event({ kind: 'h323', at: 0, direction: 'in', channel, protocol: 'tcp', local: end, remote: end, packet });
}
