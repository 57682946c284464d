import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VideoCodec } from '#codecs/media/description.ts';
import type { LocalCapabilities } from '#codecs/media/negotiated.ts';
import { h245 } from '../h245/types.ts';
import { LOCAL, Side } from './example-side.ts';
import { readFastChannels } from './fast-start.ts';

/** A room that has some of the codecs only. */
function having(video: readonly VideoCodec['name'][]): LocalCapabilities {
  return { ...LOCAL, video: LOCAL.video.filter(({ name }) => video.includes(name)) };
}

/** A call of ours that proposes channels, and a room that chooses among them. */
function fastStart(room: LocalCapabilities, own = LOCAL): [ours: Side, theirs: Side] {
  const [ours, theirs] = [new Side(190, 20_000, own), new Side(50, 30_000, room)];
  ours.media.propose();
  assert.ok(theirs.media.fastStartOffered(ours.fast));
  ours.media.fastStartAnswered(theirs.fast);
  return [ours, theirs];
}

test('a picture is proposed with each codec, the best first, both ways', () => {
  const ours = new Side(190, 20_000);
  ours.media.propose();
  const proposed = readFastChannels(ours.fast, 'caller');
  const named = (sender: 'ours' | 'theirs', kind: 'audio' | 'main') =>
    proposed
      .filter((channel) => channel.sender === sender && channel.media.kind === kind)
      .map(({ media }) => media.codec.name);
  for (const sender of ['ours', 'theirs'] as const) {
    assert.deepEqual(named(sender, 'audio'), ['G722', 'PCMA', 'PCMU']);
    assert.deepEqual(named(sender, 'main'), ['H264', 'H263', 'H261']);
  }
  const sessions = ours.fast
    .map((octets) => h245.decode('OpenLogicalChannel', octets))
    .map((open) => {
      const forward = open.forwardLogicalChannelParameters.multiplexParameters;
      const reverse = open.reverseLogicalChannelParameters?.multiplexParameters;
      const multiplex = forward.type === 'h2250LogicalChannelParameters' ? forward : reverse;
      return multiplex?.type === 'h2250LogicalChannelParameters' ? multiplex.value.sessionID : undefined;
    });
  // Alternatives are those of one session (H.323 §8.1.7).
  assert.deepEqual(sessions, [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  const size = ours.fast.reduce((sum, { length }) => sum + length, 0);
  assert.ok(size < 1000, `${size} octets: a Setup stays small`);
});

for (const name of ['H264', 'H263', 'H261'] as const) {
  test(`a room that has ${name} alone takes it of those proposed`, () => {
    const [ours, theirs] = fastStart(having([name]));
    const [own, other] = [ours, theirs].map(({ summary }) => summary.find((line) => line.startsWith('main')) ?? '');
    assert.match(own ?? '', new RegExp(`^main sendrecv: ${name}/[0-9]+ to 127.0.0.1:30002 and 30003, from ${name}`));
    assert.match(other ?? '', new RegExp(`^main sendrecv: ${name}/[0-9]+ to 127.0.0.1:20002 and 20003, from ${name}`));
    assert.deepEqual([ours.session.channels.own.length, ours.session.channels.theirs.length], [2, 2]);
  });
}

test('what we do not have is not proposed, nor a picture to a room that has none', () => {
  const [ours] = fastStart(having(['H263', 'H261']), having(['H264', 'H261']));
  assert.match(ours.summary.join(), /main sendrecv: H261/);
  const [sounding] = fastStart(having([]));
  assert.deepEqual(
    sounding.streams.map(({ kind }) => kind),
    ['audio'],
  );
});

test('of several answers for one medium the first counts', () => {
  const [ours, theirs] = [new Side(190, 20_000), new Side(50, 30_000, having(['H261']))];
  const greedy = new Side(50, 30_000, having(['H264']));
  ours.media.propose();
  theirs.media.fastStartOffered(ours.fast);
  greedy.media.fastStartOffered(ours.fast);
  ours.media.fastStartAnswered([...theirs.fast, ...greedy.fast]);
  assert.deepEqual([ours.session.channels.own.length, ours.session.channels.theirs.length], [2, 2]);
  assert.match(ours.summary.join(), /main sendrecv: H261/);
});
