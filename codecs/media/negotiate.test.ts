import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { arbitraryDescription } from './arbitrary-description.ts';
import type { Codec, Direction, Feedback, StreamDescription } from './description.ts';
import { answered, h264, LOCAL, line, PCMU, SESSION, TRANSPORT } from './example-lines.ts';
import { FULL_FEEDBACK, HONOURED_FEEDBACK, NO_FEEDBACK } from './feedback.ts';
import { negotiate } from './negotiate.ts';

describe('lines', () => {
  test('each keeps its place; what we do not do is refused with port 0, protocol, formats and mid as offered', () => {
    const refusable: Partial<StreamDescription>[] = [
      { kind: 'floor', mediaType: 'application', protocol: 'UDP/BFCP', formats: ['*'], mid: '3' },
      { kind: 'content', mediaType: 'control', formats: ['96'] },
      { kind: 'fecc', mediaType: 'application', formats: ['100'] },
      { kind: 'unsupported', mediaType: 'application', protocol: 'UDP/UDT/IX', formats: ['*'] },
    ];
    const offer = {
      streams: [
        ...refusable.map((changes) => line('unsupported', [], changes)),
        line('audio', [PCMU]),
        line('main', [h264(97)]),
        line('main', [h264(97)]),
        line('audio', [PCMU]),
      ],
    };
    const { answer, media } = answered(offer);
    assert.deepEqual(
      answer.streams.map(({ mediaType, protocol, address, formats, mid }) => [
        mediaType,
        protocol,
        address.port,
        formats,
        mid,
      ]),
      [
        ['application', 'UDP/BFCP', 0, ['*'], '3'],
        ['control', 'RTP/AVP', 0, ['96'], undefined],
        ['application', 'RTP/AVP', 0, ['100'], undefined],
        ['application', 'UDP/UDT/IX', 0, ['*'], undefined],
        ['audio', 'RTP/AVP', 20000, ['0'], undefined],
        ['video', 'RTP/AVP', 20002, ['97'], undefined],
        ['video', 'RTP/AVP', 0, ['97'], undefined],
        ['audio', 'RTP/AVP', 0, ['0'], undefined],
      ],
    );
    assert.deepEqual(
      media.streams.map(({ index }) => index),
      [4, 5],
    );
  });

  test('of RTP/SAVP and RTP/AVP lines the plain one is accepted, in its own profile', () => {
    const { answer } = answered({ streams: [line('audio', [PCMU], { protocol: 'RTP/SAVP' }), line('audio', [PCMU])] });
    assert.deepEqual(
      answer.streams.map(({ protocol, address }) => [protocol, address.port]),
      [
        ['RTP/SAVP', 0],
        ['RTP/AVP', 20000],
      ],
    );
  });

  test('RTP/AVPF is answered as RTP/AVPF, line by line', () => {
    const { answer } = answered({
      streams: [line('audio', [PCMU]), line('main', [h264(97)], { protocol: 'RTP/AVPF' })],
    });
    assert.deepEqual(
      answer.streams.map(({ protocol }) => protocol),
      ['RTP/AVP', 'RTP/AVPF'],
    );
  });

  for (const [theirs, address, ours] of [
    ['sendrecv', '198.51.100.2', 'sendrecv'],
    ['sendonly', '198.51.100.2', 'recvonly'],
    ['recvonly', '198.51.100.2', 'sendonly'],
    ['inactive', '198.51.100.2', 'inactive'],
    ['sendrecv', '0.0.0.0', 'recvonly'],
    ['recvonly', '::', 'inactive'],
  ] as const satisfies readonly (readonly [Direction, string, Direction])[]) {
    test(`${theirs} at ${address} is answered ${ours}`, () => {
      const { answer, audio } = answered({
        streams: [line('audio', [PCMU], { direction: theirs, address: { address, port: 5000 } })],
      });
      assert.equal(answer.streams[0]?.direction, ours);
      assert.equal(audio?.direction, ours);
    });
  }

  test('RTCP goes to the port of a=rtcp, else to the next one, else with rtcp-mux to the same one', () => {
    const remoteRtcp = (changes: Partial<StreamDescription>) =>
      answered({ streams: [line('audio', [PCMU], changes)] }).audio?.remoteRtcp;
    assert.deepEqual(remoteRtcp({}), { address: '198.51.100.2', port: 5001 });
    assert.deepEqual(remoteRtcp({ rtcpAddress: { address: '198.51.100.3', port: 6000 } }), {
      address: '198.51.100.3',
      port: 6000,
    });
    assert.deepEqual(remoteRtcp({ rtcpMux: true }), { address: '198.51.100.2', port: 5000 });
  });

  test('rtcp-mux, rtcp-rsize, mid and content are answered where offered', () => {
    const offered = line('main', [h264(97)], { rtcpMux: true, rtcpReducedSize: true, mid: 'v', content: 'main' });
    const [with_] = answered({ streams: [offered] }).answer.streams;
    assert.deepEqual([with_?.rtcpMux, with_?.rtcpReducedSize, with_?.mid, with_?.content], [true, true, 'v', 'main']);
    const [without] = answered({ streams: [line('main', [h264(97)])] }).answer.streams;
    assert.deepEqual(
      [without?.rtcpMux, without?.rtcpReducedSize, without?.mid, without?.content],
      [false, false, undefined, undefined],
    );
  });

  test('feedback is what both announce, also in RTP/AVP, and never more than we honour', () => {
    const offered: Feedback = { ...NO_FEEDBACK, fir: true, nack: true };
    const { answer, main } = answered({ streams: [line('main', [h264(97, {}, offered)])] });
    assert.deepEqual(main?.send.feedback, offered);
    const [codec] = answer.streams[0]?.codecs ?? [];
    assert.deepEqual(codec?.name === 'H264' && codec.feedback, offered);
    assert.deepEqual(
      answered({ streams: [line('main', [h264(97, {}, FULL_FEEDBACK)])] }).main?.send.feedback,
      HONOURED_FEEDBACK,
    );
  });
});

describe('bit rate', () => {
  for (const [why, stream, session, limits, expected] of [
    ['our ceiling', undefined, undefined, {}, 2_000_000],
    ['b= of the stream', 1_024_000, undefined, {}, 1_024_000],
    ['b= of the session less sound', 4_000_000, 1_000_000, {}, 920_000],
    ['a session of nothing but sound leaves the least', undefined, 64_000, {}, 64_000],
    ['the level', undefined, undefined, { level: 13 }, 768_000],
    ['max-br', undefined, undefined, { level: 13, maxBr: 1500 }, 1_500_000],
  ] as const) {
    test(`${why}: ${expected}`, () => {
      const offered = line('main', [h264(97, limits)], stream === undefined ? {} : { bitRate: stream });
      const offer = { streams: [offered], ...(session !== undefined && { bitRate: session }) };
      assert.equal(answered(offer).main?.sendBitRate, expected);
    });
  }

  test('the answer names ours', () => {
    const { answer } = answered({ streams: [line('main', [h264(97)], { bitRate: 512_000 })] });
    assert.equal(answer.streams[0]?.bitRate, 2_000_000);
    assert.equal(answer.bitRate, 2_128_000);
  });
});

describe('no common media', () => {
  const failed = { failure: 'no-common-media' };
  test('nothing that we have', () => {
    assert.deepEqual(
      negotiate({ streams: [line('audio', []), line('content', [h264(97)])] }, LOCAL, TRANSPORT, SESSION),
      failed,
    );
  });
  test('no line at all', () => {
    assert.deepEqual(negotiate({ streams: [] }, LOCAL, TRANSPORT, SESSION), failed);
  });
  test('encrypted only', () => {
    assert.deepEqual(
      negotiate({ streams: [line('audio', [PCMU], { protocol: 'RTP/SAVP' })] }, LOCAL, TRANSPORT, SESSION),
      failed,
    );
  });
  test('a hold by port 0 is no failure: nothing runs', () => {
    const off = { address: { address: '198.51.100.2', port: 0 } };
    const { answer, media } = answered({ streams: [line('audio', [PCMU], off), line('main', [h264(97)], off)] });
    assert.deepEqual(media.streams, []);
    assert.deepEqual(
      answer.streams.map(({ address }) => address.port),
      [0, 0],
    );
  });
});

describe('session version', () => {
  const offer = { streams: [line('audio', [PCMU])] };
  test('stays while nothing changes and rises by one with each change', () => {
    const first = answered(offer).answer;
    assert.deepEqual(first.origin, { sessionId: '7', version: '1' });
    const again = negotiate(offer, LOCAL, TRANSPORT, { ...SESSION, previous: first });
    assert.ok('answer' in again);
    assert.deepEqual(again.answer.origin, { sessionId: '7', version: '1' });
    const held = negotiate({ streams: [line('audio', [PCMU], { direction: 'sendonly' })] }, LOCAL, TRANSPORT, {
      ...SESSION,
      previous: again.answer,
    });
    assert.ok('answer' in held);
    assert.deepEqual(held.answer.origin, { sessionId: '7', version: '2' });
  });
  test('counts beyond what a number holds', () => {
    const previous = {
      ...answered({ streams: [line('main', [h264(97)])] }).answer,
      origin: { sessionId: '7', version: '9007199254740993' },
    };
    const next = negotiate(offer, LOCAL, TRANSPORT, { ...SESSION, previous });
    assert.ok('answer' in next);
    assert.equal(next.answer.origin?.version, '9007199254740994');
  });
});

describe('any offer', () => {
  test('is answered line for line; what runs uses offered payload types and limits', () => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitraryDescription, (offer) => {
        const result = negotiate(offer, LOCAL, TRANSPORT, SESSION);
        if ('failure' in result) return;
        accepted += 1;
        const { answer, media } = result;
        assert.equal(answer.streams.length, offer.streams.length);
        for (const [index, line] of answer.streams.entries()) {
          const offered = offer.streams[index];
          assert.equal(line.mediaType, offered?.mediaType);
          assert.equal(line.protocol, offered?.protocol);
          assert.equal(
            line.address.port !== 0,
            media.streams.some((stream) => stream.index === index),
          );
        }
        for (const stream of media.streams) {
          const offered = offer.streams[stream.index]?.codecs ?? [];
          const isOffered = (codec: Codec) =>
            offered.some(({ name, payloadType }) => name === codec.name && payloadType === codec.payloadType);
          assert.ok(isOffered(stream.send));
          assert.ok(stream.receive.every(isOffered));
          assert.ok(stream.kind === 'audio' || (stream.sendBitRate > 0 && stream.sendBitRate <= LOCAL.videoBitRate));
        }
        assert.ok(new Set(media.streams.map(({ kind }) => kind)).size === media.streams.length);
      }),
      { numRuns: 1000 },
    );
    assert.ok(accepted > 300, `only ${accepted} offers were accepted`);
  });

  test('answered once more is answered alike', () => {
    fc.assert(
      fc.property(arbitraryDescription, (offer) => {
        const first = negotiate(offer, LOCAL, TRANSPORT, SESSION);
        if ('failure' in first) return;
        assert.deepEqual(negotiate(offer, LOCAL, TRANSPORT, { ...SESSION, previous: first.answer }), first);
      }),
    );
  });
});
