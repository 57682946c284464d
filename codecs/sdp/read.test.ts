import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { h264, lineOf, read, summary } from './example-sdp.ts';
import { readSdp } from './read.ts';

describe('spellings', () => {
  for (const [parameters, expected] of [
    [
      'profile-level-id=42E01F; packetization-mode = 1 ;MAX-FS=3600',
      { profile: 'constrained-baseline', level: 31, packetizationMode: 1, maxFs: 3600 },
    ],
    ['packetization-mode=1', { profile: 'baseline', level: 31, packetizationMode: 1 }],
    ['profile-level-id=zebra', { profile: 'baseline', level: 31, packetizationMode: 0 }],
    ['profile-level-id=4280D;max-fs=3840;max-br=768', { profile: 'baseline', level: 13, maxFs: 3840, maxBr: 768 }],
    ['profile-level-id=42e01f;max-fps=2997', { maxFps: 29.97 }],
  ] as const) {
    test(`a=fmtp:97 ${parameters}`, () => {
      const [codec] = h264(lineOf('m=video 5000 RTP/AVP 97', 'a=rtpmap:97 H264/90000', `a=fmtp:97 ${parameters}`));
      assert.partialDeepStrictEqual(codec?.h264, expected);
    });
  }

  for (const parameters of [
    'profile-level-id=42e01f;packetization-mode=2',
    'profile-level-id=6e001f',
    'profile-level-id=58001f',
  ]) {
    test(`H.264 that we do not do is left out: ${parameters}`, () => {
      assert.deepEqual(
        lineOf('m=video 5000 RTP/AVP 97', 'a=rtpmap:97 H264/90000', `a=fmtp:97 ${parameters}`).codecs,
        [],
      );
    });
  }

  test('names in any case, blanks at line ends, blanks after colons, sprop-parameter-sets', () => {
    const stream = lineOf(
      'm=video 5000 RTP/AVP 97   ',
      'a=RTPMAP: 97 h264/90000 ',
      'a=fmtp:97 profile-level-id=42e01f;sprop-parameter-sets=Z0LgHw==,aM48gA== ',
      'a=SENDONLY',
    );
    assert.deepEqual(h264(stream)[0]?.parameterSets, ['Z0LgHw==', 'aM48gA==']);
    assert.equal(stream.direction, 'sendonly');
  });

  test('static payload types need no rtpmap; others without one are no codecs', () => {
    assert.deepEqual(summary(lineOf('m=audio 5000 RTP/AVP 0 8 9 18 96')), ['0 PCMU', '8 PCMA', '9 G722']);
    assert.equal(lineOf('m=video 5000 RTP/AVP 34').kind, 'main');
  });

  test('an rtpmap overrules the static meaning, and one for a format that is not on the line is passed over', () => {
    assert.deepEqual(summary(lineOf('m=audio 5000 RTP/AVP 8', 'a=rtpmap:8 PCMU/8000', 'a=rtpmap:9 G722/8000')), [
      '8 PCMU',
    ]);
  });

  test('clocks that do not go with the codec', () => {
    assert.deepEqual(
      summary(
        lineOf(
          'm=audio 5000 RTP/AVP 96 97 98',
          'a=rtpmap:96 PCMU/16000',
          'a=rtpmap:97 opus/16000',
          'a=rtpmap:98 G722/16000',
        ),
      ),
      ['98 G722'],
    );
  });

  test('port/number of ports, a port that is none', () => {
    assert.equal(lineOf('m=audio 5000/2 RTP/AVP 0').address.port, 5000);
    assert.equal(lineOf('m=audio 70000 RTP/AVP 0').address.port, 0);
  });

  test('the direction of the session holds where a line has none', () => {
    const [first, second] = read(
      'v=0\na=inactive\nm=audio 5000 RTP/AVP 0\nm=audio 5002 RTP/AVP 0\na=recvonly\n',
    ).streams;
    assert.deepEqual([first?.direction, second?.direction], ['inactive', 'recvonly']);
  });

  for (const [lines, expected] of [
    [['c=IN IP6 2001:db8::1'], '2001:db8::1'],
    [['c=IN IP4 224.2.1.1/127/3'], '224.2.1.1'],
    [['c=in ip4 192.0.2.1'], '192.0.2.1'],
    [['c=IN IP4 0.0.0.0'], '0.0.0.0'],
    [['c=IN IP4 host.example.com'], '0.0.0.0'],
    [['c=IN IP4 256.1.1.1'], '0.0.0.0'],
    [['c=IN IP4 21'], '0.0.0.0'],
    [['o=- 1 1 IN IP4 192.0.2.3'], '192.0.2.3'],
    [[], '0.0.0.0'],
  ] as const) {
    test(`${lines.join() || 'no address'} is ${expected}`, () => {
      assert.equal(
        read(['v=0', ...lines, 'm=audio 5000 RTP/AVP 0'].join('\r\n')).streams[0]?.address.address,
        expected,
      );
    });
  }

  test('a=rtcp elsewhere', () => {
    assert.deepEqual(lineOf('m=audio 5000 RTP/AVP 0', 'a=rtcp:6000').rtcpAddress, { address: '192.0.2.9', port: 6000 });
    assert.deepEqual(lineOf('m=audio 5000 RTP/AVP 0', 'a=rtcp:5001 IN IP4 192.0.2.8').rtcpAddress, {
      address: '192.0.2.8',
      port: 5001,
    });
    assert.equal(lineOf('m=audio 5000 RTP/AVP 0', 'a=rtcp:6000', 'a=rtcp-mux').rtcpAddress, undefined);
    assert.equal(lineOf('m=audio 5000 RTP/AVP 0', 'a=rtcp:99999').rtcpAddress, undefined);
  });

  for (const [lines, expected] of [
    [['b=TIAS:512000'], 512_000],
    [['b=AS:512'], 500_325],
    [['b=AS:5000', 'b=TIAS:512000'], 512_000],
    [['b=AS:512', 'b=TIAS:512000'], 500_325],
    [['b=AS:0'], undefined],
    [['b=RS:600', 'b=RR:2000'], undefined],
    [['b=TIAS:999999999999999'], undefined],
    [['b=TIAS:'], undefined],
  ] as const) {
    test(`${lines.join(' and ')} is ${expected} bit/s`, () => {
      assert.equal(lineOf('m=video 5000 RTP/AVP 97', ...lines).bitRate, expected);
    });
  }

  test('b=AS of sound is less the headers of 50 packets a second', () => {
    assert.equal(lineOf('m=audio 5000 RTP/AVP 0', 'b=AS:80').bitRate, 68_800);
  });
});

describe('bounds', () => {
  for (const [why, text] of [
    ['nothing', ''],
    ['no SDP', 'hello'],
    ['too long', `v=0\r\n${'a=x\r\n'.repeat(13_200)}`],
    ['too many lines', `v=0\n${'\n'.repeat(2000)}`],
    ['too many media lines', `v=0\r\n${'m=audio 5000 RTP/AVP 0\r\n'.repeat(33)}`],
    ['too many formats', `v=0\r\nm=audio 5000 RTP/AVP ${'0 '.repeat(129)}`],
    ['a media line without a port', 'v=0\r\nm=audio RTP/AVP 0'],
    ['a media line with control characters', 'v=0\r\nm=audio 5000 RTP/AVP 0\u0000'],
  ] as const) {
    test(`${why}: a fault`, () => {
      assert.ok('fault' in readSdp(text));
    });
  }

  test('a session without media is read', () => {
    assert.deepEqual(read('v=0\r\n').streams, []);
  });

  test('an attribute that is too long is passed over', () => {
    assert.deepEqual(
      lineOf('m=audio 5000 RTP/AVP 96', `a=rtpmap:96 opus/48000/2${' '.repeat(100)}x`, `a=fmtp:96 ${'x'.repeat(5000)}`)
        .codecs.length,
      1,
    );
  });

  test('the largest description that is let in is read in less than half a second', () => {
    const line = `a=imageattr:96 send ${'[x=1] '.repeat(650)}`;
    const text = `v=0\r\nm=video 5000 RTP/AVP 96\r\n${`${line}\r\n`.repeat(16)}`.slice(0, 65_536);
    const start = performance.now();
    read(text);
    assert.ok(performance.now() - start < 500);
  });
});
