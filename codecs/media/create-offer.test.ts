import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { acceptAnswer } from './accept-answer.ts';
import { arbitraryDescription } from './arbitrary-description.ts';
import { createOffer } from './create-offer.ts';
import { h264Of, LOCAL, line, PCMU, SESSION, TRANSPORT } from './example-lines.ts';
import { defaultCapabilities } from './local-capabilities.ts';
import { negotiate } from './negotiate.ts';
import type { NegotiatedStream } from './negotiated.ts';

describe('an offer of ours', () => {
  const capabilities = fc
    .record({
      videoBitRate: fc.integer({ min: 64_000, max: 8_000_000 }),
      maximumSize: fc.constantFrom<'720p' | '1080p'>('720p', '1080p'),
      audio: fc.subarray([...LOCAL.audio]),
      video: fc.subarray([...LOCAL.video]),
    })
    .map(({ audio, video, ...settings }) => ({ ...defaultCapabilities(settings), audio, video }));

  test('answered by another machine comes to the same codecs on both sides', () => {
    let agreed = 0;
    fc.assert(
      fc.property(capabilities, capabilities, (a, b) => {
        const offer = createOffer(a, TRANSPORT, SESSION);
        const there = negotiate(offer, b, TRANSPORT, SESSION);
        if ('failure' in there) return;
        const here = acceptAnswer(offer, there.answer, a);
        assert.ok('media' in here);
        assert.deepEqual(
          here.media.streams.map(({ index }) => index),
          there.media.streams.map(({ index }) => index),
        );
        for (const [place, ours] of here.media.streams.entries()) {
          const theirs: NegotiatedStream | undefined = there.media.streams[place];
          assert.ok(theirs);
          agreed += 1;
          assert.deepEqual([ours.send.name, ours.send.payloadType], [theirs.send.name, theirs.send.payloadType]);
          assert.ok(theirs.receive.some(({ payloadType }) => payloadType === ours.send.payloadType));
          assert.ok(ours.receive.some(({ payloadType }) => payloadType === theirs.send.payloadType));
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(agreed > 200, `only ${agreed} streams were agreed`);
  });

  test('after an answer of ours keeps every line, payload type and profile', () => {
    fc.assert(
      fc.property(arbitraryDescription, (theirs) => {
        const first = negotiate(theirs, LOCAL, TRANSPORT, SESSION);
        if ('failure' in first) return;
        const previous = first.answer;
        const again = createOffer(LOCAL, TRANSPORT, { ...SESSION, previous });
        for (const [index, before] of previous.streams.entries()) {
          const line = again.streams[index];
          assert.deepEqual([line?.mediaType, line?.protocol], [before.mediaType, before.protocol]);
          for (const codec of before.codecs) {
            const now = line?.codecs.find(({ payloadType }) => payloadType === codec.payloadType);
            assert.equal(now?.name, codec.name);
            if (codec.name === 'H264') assert.equal(h264Of(now).packetizationMode, codec.h264.packetizationMode);
          }
          assert.equal(new Set(line?.codecs.map(({ payloadType }) => payloadType)).size, line?.codecs.length);
        }
        assert.equal(again.origin?.version, '2');
      }),
    );
  });

  test('names an audio and a video line, RTP/AVP with feedback', () => {
    const offer = createOffer(LOCAL, TRANSPORT, SESSION);
    assert.deepEqual(
      offer.streams.map(({ mediaType, protocol }) => [mediaType, protocol]),
      [
        ['audio', 'RTP/AVP'],
        ['video', 'RTP/AVP'],
      ],
    );
    assert.ok(offer.streams[1]?.codecs.every((codec) => 'feedback' in codec && codec.feedback.pli));
  });

  test('appends a line that the dialog does not have', () => {
    const first = negotiate({ streams: [line('audio', [PCMU])] }, LOCAL, TRANSPORT, SESSION);
    assert.ok('answer' in first);
    const again = createOffer(LOCAL, TRANSPORT, { ...SESSION, previous: first.answer });
    assert.deepEqual(
      again.streams.map(({ kind }) => kind),
      ['audio', 'main'],
    );
  });

  test('gives a new codec a number that the line never used', () => {
    const first = negotiate({ streams: [line('audio', [{ ...PCMU, payloadType: 96 }])] }, LOCAL, TRANSPORT, SESSION);
    assert.ok('answer' in first);
    const [audio] = createOffer(LOCAL, TRANSPORT, { ...SESSION, previous: first.answer }).streams;
    assert.equal(audio?.codecs.find(({ name }) => name === 'PCMU')?.payloadType, 96);
    assert.equal(audio?.codecs.find(({ name }) => name === 'opus')?.payloadType, 97);
  });
});
