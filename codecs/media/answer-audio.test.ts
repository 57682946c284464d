import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answered, events, G722, line, OPUS, PCMA, PCMU } from './example-lines.ts';

describe('audio', () => {
  test("our order decides, all common codecs are received with the peer's payload types", () => {
    const { answer, audio } = answered({ streams: [line('audio', [PCMU, PCMA, OPUS, G722])] });
    assert.equal(audio?.send.name, 'opus');
    assert.deepEqual(
      audio?.receive.map(({ name, payloadType }) => [name, payloadType]),
      [
        ['opus', 114],
        ['PCMU', 0],
        ['PCMA', 8],
        ['G722', 9],
      ],
    );
    assert.deepEqual(answer.streams[0]?.formats, ['114', '0', '8', '9']);
  });

  test('a codec that the peer only sends is received and never sent', () => {
    const { audio } = answered({ streams: [line('audio', [PCMU, { ...G722, incomingOnly: true }])] });
    assert.equal(audio?.send.name, 'PCMU');
    assert.deepEqual(
      audio?.receive.map(({ name }) => name),
      ['PCMU', 'G722'],
    );
  });

  test('each side takes digits with the payload type that it named', () => {
    const { audio } = answered({
      streams: [line('audio', [PCMU, { ...events(118, 8000), incomingPayloadType: 101 }])],
    });
    const { send, receive } = audio?.telephoneEvent ?? {};
    assert.deepEqual([send?.payloadType, receive?.payloadType], [118, 101]);
  });

  test('we send Opus as the peer wants it and announce our own wishes', () => {
    const { answer, audio } = answered({ streams: [line('audio', [OPUS], { bitRate: 64_000 })] });
    assert.deepEqual(audio?.send, { ...OPUS, opus: { ...OPUS.opus, maxAverageBitrate: 64_000 } });
    assert.deepEqual(answer.streams[0]?.codecs[0], {
      ...OPUS,
      opus: { useInbandFec: true, useDtx: false, stereo: false },
    });
  });

  for (const [offered, chosen, expected] of [
    [[OPUS, events(101, 8000), events(102, 48000)], 'opus', 102],
    [[OPUS, events(101, 8000)], 'opus', 101],
    [[G722, events(100, 48000), events(119, 8000)], 'G722', 119],
    [[G722, events(100, 16000)], 'G722', undefined],
  ] as const) {
    test(`DTMF beside ${offered.map(({ name, clockRate }) => `${name}/${clockRate}`).join(' ')} uses ${expected}`, () => {
      const { answer, audio } = answered({ streams: [line('audio', offered)] });
      assert.equal(audio?.send.name, chosen);
      assert.equal(audio?.telephoneEvent?.send.payloadType, expected);
      assert.equal(
        answer.streams[0]?.codecs.filter(({ name }) => name === 'telephone-event').length,
        expected === undefined ? 0 : 1,
      );
    });
  }

  for (const [codec, asked, expected] of [
    [PCMA, undefined, 20],
    [PCMA, 30, 30],
    [OPUS, 30, 20],
    [OPUS, 60, 60],
    [PCMA, 5, 20],
    [PCMA, 200, 60],
  ] as const) {
    test(`${codec.name} with ptime ${asked} is sent in packets of ${expected} ms`, () => {
      const { audio } = answered({
        streams: [line('audio', [codec], asked === undefined ? {} : { packetTime: asked })],
      });
      assert.equal(audio?.packetTime, expected);
    });
  }
});
