import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { MediaDescription } from '#codecs/media/description.ts';
import { h264, read, summary } from './example-sdp.ts';

function vector(name: string): MediaDescription {
  return read(readFileSync(new URL(`./vectors/${name}.sdp`, import.meta.url), 'latin1'));
}

describe('real peers', () => {
  test('what each line of each is for', () => {
    for (const [name, kinds] of [
      ['baresip-1.1.0-offer', 'audio main'],
      ['linphone-5.3.105-offer', 'audio main'],
      ['cisco-ce-full-six-lines', 'audio main floor content fecc unsupported'],
      ['cisco-savp-ix-port0-nalu-size', 'audio main content floor unsupported'],
      ['cisco-roomkit', 'audio main content floor fecc'],
      ['poly-x30-offer-camera-only', 'audio main fecc floor'],
      ['poly-studiox-opal', 'audio main content floor'],
      ['polycom-best-effort-srtp-double-audio', 'audio audio'],
      ['lifesize-icon600-slides-as-control', 'audio main fecc content floor'],
      ['lifesize-control-inactive-no-label', 'audio main fecc content floor'],
      ['magor-cr-inside-line', 'audio main content floor'],
      ['eyebeam-mixed-line-ends', 'audio main'],
    ] as const) {
      assert.equal(
        vector(name)
          .streams.map(({ kind }) => kind)
          .join(' '),
        kinds,
        name,
      );
    }
  });

  test('baresip 1.1.0: the whole offer', () => {
    const feedback = { nack: false, pli: true, fir: false, tmmbr: false, remb: false };
    const limits = {
      profile: 'constrained-baseline',
      level: 31,
      profileSpelling: 0x42e0,
      levelAsymmetryAllowed: false,
    } as const;
    const line = { protocol: 'RTP/AVP', rtcpMux: false, rtcpReducedSize: true, direction: 'sendrecv' } as const;
    assert.deepEqual(vector('baresip-1.1.0-offer'), {
      origin: { sessionId: '3078628597', version: '1583361582' },
      streams: [
        {
          ...line,
          kind: 'audio',
          mediaType: 'audio',
          formats: ['96', '9', '8', '101'],
          address: { address: '127.0.0.1', port: 30644 },
          codecs: [
            {
              name: 'opus',
              payloadType: 96,
              clockRate: 48000,
              opus: { maxAverageBitrate: 28000, useInbandFec: false, useDtx: false, stereo: true },
            },
            { name: 'G722', payloadType: 9, clockRate: 8000 },
            { name: 'PCMA', payloadType: 8, clockRate: 8000 },
            { name: 'telephone-event', payloadType: 101, clockRate: 8000 },
          ],
          packetTime: 20,
          label: '1',
        },
        {
          ...line,
          kind: 'main',
          mediaType: 'video',
          formats: ['96', '97', '98'],
          address: { address: '127.0.0.1', port: 30356 },
          codecs: [
            { name: 'H264', payloadType: 96, clockRate: 90000, h264: { ...limits, packetizationMode: 0 }, feedback },
            { name: 'H264', payloadType: 97, clockRate: 90000, h264: { ...limits, packetizationMode: 1 }, feedback },
            { name: 'VP8', payloadType: 98, clockRate: 90000, vp8: { maxFs: 3600 }, feedback },
          ],
          content: 'main',
          label: '2',
        },
      ],
    });
  });

  test('Linphone: payload types without rtpmap, three DTMF clocks, H.264 without a mode, feedback by * and by number', () => {
    const [audio, video] = vector('linphone-5.3.105-offer').streams;
    assert.deepEqual(summary(audio), [
      '96 opus',
      '0 PCMU',
      '8 PCMA',
      '101 telephone-event',
      '99 telephone-event',
      '100 telephone-event',
    ]);
    assert.deepEqual(
      audio?.codecs.slice(3).map(({ clockRate }) => clockRate),
      [48000, 16000, 8000],
    );
    const [codec] = h264(video);
    assert.equal(codec?.h264.packetizationMode, 0);
    assert.deepEqual(codec?.feedback, { nack: false, pli: true, fir: true, tmmbr: true, remb: false });
  });

  test('Linphone: the same payload type is another codec in the next line', () => {
    const { streams } = vector('linphone-same-pt-audio-video');
    assert.deepEqual(streams.map(summary), [
      ['96 opus', '101 telephone-event'],
      ['96 H264', '97 VP8'],
    ]);
  });

  test('Polycom HDX: three H.264 payload types raised above level 2.2, two messages on one rtcp-fb line', () => {
    const { streams, bitRate } = vector('polycom-hdx-alphapolycom');
    const [audio, video] = streams;
    assert.deepEqual(summary(audio), ['9 G722', '0 PCMU', '8 PCMA', '119 telephone-event']);
    const raised = { level: 22, levelAsymmetryAllowed: false, maxFs: 8160, maxMbps: 244800, maxBr: 5120 };
    const baseline = { profile: 'baseline', profileSpelling: 0x4280 };
    assert.deepEqual(
      h264(video).map(({ payloadType, h264: limits }) => [payloadType, limits]),
      [
        [109, { ...baseline, ...raised, packetizationMode: 0 }],
        [110, { ...baseline, ...raised, packetizationMode: 1 }],
        [111, { profile: 'high', profileSpelling: 0x6400, ...raised, packetizationMode: 1 }],
      ],
    );
    assert.deepEqual(h264(video)[0]?.feedback, { nack: false, pli: false, fir: true, tmmbr: true, remb: false });
    assert.equal(video?.bitRate, 1_024_000);
    assert.equal(bitRate, 1_000_651);
  });

  test('Poly X30: the first formats are no codecs of ours; only FIR and TMMBR are announced', () => {
    const [, video] = vector('poly-x30-offer-camera-only').streams;
    assert.deepEqual(summary(video), ['109 H264', '110 H264', '111 H264', '96 H263-1998', '34 H263']);
    assert.deepEqual(h264(video)[2]?.feedback, { nack: false, pli: false, fir: true, tmmbr: true, remb: false });
    assert.deepEqual(video?.formats, ['116', '98', '109', '110', '111', '96', '34']);
  });

  test('Cisco CE: max-fps in hundredths, limits of the content line apart from those of main', () => {
    const { streams } = vector('cisco-ce-full-six-lines');
    assert.deepEqual(
      [streams[1], streams[3]].map((stream) =>
        h264(stream).map(({ payloadType, h264: { maxFs, maxFps, packetizationMode } }) => [
          payloadType,
          packetizationMode,
          maxFs,
          maxFps,
        ]),
      ),
      [
        [
          [97, 0, 8160, 60],
          [126, 1, 8160, 60],
        ],
        [
          [97, 0, 32400, 60],
          [126, 1, 32400, 60],
        ],
      ],
    );
    assert.equal(streams[5]?.protocol, 'UDP/UDT/IX');
    assert.equal(streams[5]?.mediaType, 'application');
  });

  test('Cisco: a=rtcp at the usual port says nothing new; a line may be offered with port 0', () => {
    const { streams } = vector('cisco-savp-ix-port0-nalu-size');
    assert.equal(streams[0]?.rtcpAddress, undefined);
    assert.deepEqual([streams[4]?.protocol, streams[4]?.address.port], ['UDP/DTLS/UDT/IX', 0]);
  });

  test('Cisco Room Kit and Poly Studio X: profiles by their bits, asymmetry by payload type', () => {
    const roomKit = h264(vector('cisco-roomkit').streams[1]).map(({ h264: limits }) => [
      limits.profile,
      limits.levelAsymmetryAllowed,
    ]);
    assert.deepEqual(roomKit, [
      ['constrained-baseline', true],
      ['constrained-high', true],
    ]);
    const studio = h264(vector('poly-studiox-opal').streams[1]).map(({ h264: limits }) => [
      limits.profile,
      limits.level,
      limits.maxFs,
    ]);
    assert.deepEqual(studio, [
      ['high', 50, 8160],
      ['constrained-baseline', 31, 3600],
      ['constrained-baseline', 13, 396],
    ]);
  });

  test('LifeSize: content is m=control, inactive, and the session rate stands in b=CT', () => {
    const { streams, bitRate } = vector('lifesize-control-inactive-no-label');
    assert.deepEqual(
      [streams[3]?.kind, streams[3]?.mediaType, streams[3]?.direction],
      ['content', 'control', 'inactive'],
    );
    assert.equal(h264(streams[3])[0]?.h264.maxFs, 3840);
    assert.equal(bitRate, 977_198);
    assert.equal(streams[1]?.address.address, '205.168.62.106');
  });

  test('Magor: a bare CR ends a line', () => {
    const [, main] = vector('magor-cr-inside-line').streams;
    assert.equal(main?.content, 'main');
    assert.deepEqual(h264(main)[0]?.feedback, { nack: false, pli: true, fir: true, tmmbr: true, remb: false });
  });

  test('pjsip: c= only at the media lines', () => {
    const [audio, video] = vector('pjsip-c-per-media').streams;
    assert.deepEqual(audio?.address, { address: '132.177.252.51', port: 40000 });
    assert.deepEqual(summary(audio), ['0 PCMU', '8 PCMA', '9 G722', '96 telephone-event']);
    assert.equal(video?.bitRate, 256_000);
  });

  test('eyeBeam: LF and CRLF mixed, fmtp before rtpmap; Ekiga: channel suffixes', () => {
    assert.deepEqual(summary(vector('eyebeam-mixed-line-ends').streams[0]), [
      '0 PCMU',
      '8 PCMA',
      '101 telephone-event',
    ]);
    assert.deepEqual(summary(vector('ekiga-channel-suffix').streams[0]), [
      '9 G722',
      '8 PCMA',
      '0 PCMU',
      '101 telephone-event',
    ]);
  });

  test('Polycom optional encryption: both lines stay, on one port', () => {
    const { streams } = vector('polycom-best-effort-srtp-double-audio');
    assert.deepEqual(
      streams.map(({ protocol, address }) => [protocol, address.port]),
      [
        ['RTP/SAVP', 2252],
        ['RTP/AVP', 2252],
      ],
    );
  });
});
