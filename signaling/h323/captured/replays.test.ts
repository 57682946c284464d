import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnsweringParty } from './answering-party.ts';
import { endOf, isSameKindOfCause } from './call-end.ts';
import { allCapturedCalls, otherSide, type Side } from './captured-calls.ts';
import { habitsOfCaller, isTaken, openedByUs, ReplayedCall } from './replayed-call.ts';
import { kindOfMedium } from './step-contents.ts';
import { untilEqual } from './until-equal.ts';

const ULAW = ['audio g711Ulaw64k'];
const ALAW = ['audio g711Alaw64k'];
const H261 = ['audio g711Alaw64k', 'picture h261'];
const H264 = ['audio g711Alaw64k', 'picture h264'];
const ENCRYPTED = ['encrypted audio g711Alaw64k', 'encrypted picture h264'];
const CONTENT = ['audio g711Alaw64k', 'content', 'picture h264'];

/** To what each captured call led: what was sent over the channels of caller and called, who ended it, with which cause. */
const ENDS: Readonly<Record<string, readonly [caller: string[], called: string[], endedBy: Side, cause: number]>> = {
  'asterisk-fast-start 1': [ULAW, ULAW, 'called', 31],
  'asterisk-fast-start-tunnelled 1': [ULAW, ULAW, 'called', 16],
  'asterisk-slow-start 1': [ULAW, ULAW, 'called', 16],
  'asterisk-slow-start-tunnelled 1': [ULAW, ULAW, 'called', 16],
  // Each call twice: before the gatekeeper that routes it and behind it.
  'asterisk-via-gatekeeper 1': [ULAW, ULAW, 'called', 16],
  'asterisk-via-gatekeeper 2': [ULAW, ULAW, 'called', 16],
  'asterisk-via-gatekeeper 3': [ULAW, ALAW, 'caller', 16],
  'asterisk-via-gatekeeper 4': [ULAW, ALAW, 'caller', 16],
  'h323plus-h261 1': [H261, H261, 'caller', 16],
  'h323plus-h264 1': [H264, H264, 'caller', 16],
  'h323plus-h264-h235-6 1': [ENCRYPTED, ENCRYPTED, 'caller', 16],
  'h323plus-h264-h239 1': [CONTENT, H264, 'caller', 16],
  // The second one over a connection that the called side had made (H.460.18): here it is made by the caller.
  'h323plus-h460-18-19 1': [H264, H264, 'caller', 16],
  'h323plus-h460-18-19 2': [H264, H264, 'caller', 16],
  'h323plus-to-asterisk 1': [ALAW, ULAW, 'caller', 16],
  'h323plus-to-asterisk 2': [ALAW, ULAW, 'caller', 31],
  'h323plus-to-asterisk 3': [ALAW, ULAW, 'caller', 16],
};

test('the captured calls led to what is written here', () => {
  const ends = allCapturedCalls().map(({ name, steps }) => {
    const { sends, endedBy, cause } = endOf(steps);
    return [name, [sends.caller, sends.called, endedBy, cause]];
  });
  assert.deepEqual(Object.fromEntries(ends), ENDS);
});

describe('one side of a captured call leads us to the same kind of end', () => {
  for (const call of allCapturedCalls()) {
    for (const plays of ['caller', 'called'] as const) {
      // Where we call: once as the captured caller did, and once as we do where nothing is configured.
      const habits = plays === 'caller' ? [{}] : [habitsOfCaller(call), {}];
      for (const [index, application] of habits.entries()) {
        const name = `${call.name}: they ${plays === 'caller' ? 'call' : 'are called'}${index === 1 ? ', our way' : ''}`;
        test(name, { timeout: 30_000 }, async () => {
          const replay = await ReplayedCall.begin({ call, plays, application });
          try {
            const { application: ours, peer } = replay;
            const captured = endOf(call.steps);
            const side = otherSide(plays);
            await peer.play(peer.length.untilEnd);
            const party = await replay.party;

            const isFast = plays === 'caller' && habitsOfCaller(call).fastStart;
            // By fast start who is called chooses: another codec than the captured called side.
            const theirs = captured.sends[plays].filter(isTaken).map(isFast ? kindOfMedium : String);
            const kinds = openedByUs(call, plays);
            await untilEqual(
              () => ({
                theirs: endOf(peer.transcript).sends[plays].map(isFast ? kindOfMedium : String),
                ours: endOf(peer.transcript).sends[side].map(kindOfMedium),
                party: sending(party),
              }),
              { theirs, ours: kinds, party: kinds },
              'channels',
            );
            assert.deepEqual([party.answered, party.ends], [true, []]);

            if (captured.endedBy === side) {
              party.call.end('local-hangup');
            }
            await peer.play(peer.length.whole);
            await untilEqual(() => [ours.calls, ours.connections, party.ends.length], [0, 0, 1], 'the end');
            assert.deepEqual(party.ends, [captured.endedBy === side ? 'local-hangup' : 'remote-hangup']);
            const replayed = endOf(peer.transcript);
            assert.equal(replayed.endedBy, captured.endedBy);
            assert.ok(isSameKindOfCause(replayed.cause, captured.cause), `${replayed.cause}`);
          } finally {
            await replay.close();
          }
        });
      }
    }
  }
});

/** What a party sends, as it knows. */
function sending({ streams }: AnsweringParty): string[] {
  return streams
    .filter(({ direction }) => direction === 'sendrecv')
    .map(({ kind }) => (kind === 'main' ? 'picture' : kind))
    .sort();
}
