import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { LOCAL, SESSION, TRANSPORT } from '#codecs/media/example-lines.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { fits } from '#codecs/media/video-format.ts';
import { read } from './example-sdp.ts';
import { writeSdp } from './write.ts';

function offerOf(name: string) {
  return read(readFileSync(new URL(`./vectors/${name}.sdp`, import.meta.url), 'latin1'));
}

const SIZES = {
  '1080p': { width: 1920, height: 1080 },
  '720p': { width: 1280, height: 720 },
  none: undefined,
} as const;

describe('what real offers come to', () => {
  for (const [name, audio, dtmf, video, size, sendBitRate] of [
    ['baresip-1.1.0-offer', '96 opus', 101, '97 H264', '720p', 2_000_000],
    ['linphone-5.3.105-offer', '96 opus', 101, '96 H264', '720p', 2_000_000],
    ['cisco-ce-full-six-lines', '114 opus', 101, '126 H264', '1080p', 2_000_000],
    ['cisco-roomkit', '9 G722', 101, '126 H264', '720p', 2_000_000],
    ['poly-x30-offer-camera-only', '9 G722', 101, '110 H264', '1080p', 2_000_000],
    ['poly-studiox-opal', '9 G722', 101, '99 H264', '1080p', 2_000_000],
    ['polycom-hdx-alphapolycom', '9 G722', 119, '110 H264', '1080p', 920_651],
    ['polycom-best-effort-srtp-double-audio', '9 G722', 127, undefined, 'none', undefined],
    ['lifesize-icon600-slides-as-control', '9 G722', 101, '96 H264', '1080p', 2_000_000],
    ['lifesize-control-inactive-no-label', '0 PCMU', 101, '96 H264', '720p', 897_198],
    ['magor-cr-inside-line', '9 G722', 101, '96 H264', '1080p', 1_921_302],
    ['jabber-movi-tias-over-as', '8 PCMA', 101, '126 H264', '720p', 1_874_397],
    ['pjsip-c-per-media', '9 G722', 96, '97 H264', 'none', 256_000],
    ['eyebeam-mixed-line-ends', '8 PCMA', 101, '115 H263-1998', 'none', 218_000],
  ] as const) {
    test(`${name}: ${audio}, ${video ?? 'no video'}, ${size}`, () => {
      const offer = offerOf(name);
      const result = negotiate(offer, LOCAL, TRANSPORT, SESSION);
      assert.ok('answer' in result);
      const sound = result.media.streams.find((stream): stream is NegotiatedAudio => stream.kind === 'audio');
      const picture = result.media.streams.find((stream): stream is NegotiatedVideo => stream.kind === 'main');
      assert.equal(sound && `${sound.send.payloadType} ${sound.send.name}`, audio);
      assert.equal(sound?.telephoneEvent?.send.payloadType, dtmf);
      assert.equal(picture && `${picture.send.payloadType} ${picture.send.name}`, video);
      assert.equal(picture?.sendBitRate, sendBitRate);
      if (picture !== undefined) {
        assert.equal(fits(picture.send, { ...SIZES['1080p'], frameRate: 25 }), size === '1080p');
        assert.equal(fits(picture.send, { ...SIZES['720p'], frameRate: 25 }), size !== 'none');
      }
      const answer = read(writeSdp(result.answer, { address: '192.0.2.1' }));
      assert.deepEqual(
        answer.streams.map(({ mediaType, protocol }) => [mediaType, protocol]),
        offer.streams.map(({ mediaType, protocol }) => [mediaType, protocol]),
      );
    });
  }

  test('an offer of RTP/SAVP alone has nothing in common with us', () => {
    assert.deepEqual(negotiate(offerOf('cisco-savp-ix-port0-nalu-size'), LOCAL, TRANSPORT, SESSION), {
      failure: 'no-common-media',
    });
  });

  test('the answer to a Polycom HDX, line by line', () => {
    const result = negotiate(offerOf('polycom-hdx-alphapolycom'), LOCAL, TRANSPORT, SESSION);
    assert.ok('answer' in result);
    const lines = writeSdp(result.answer, { address: '192.0.2.1' }).split('\r\n');
    assert.deepEqual(lines.slice(7), [
      'm=audio 20000 RTP/AVP 9 0 8 119',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:119 telephone-event/8000',
      'a=fmtp:119 0-15',
      'a=ptime:20',
      'a=sendrecv',
      'm=video 20002 RTP/AVP 110 111 109',
      'b=AS:2047',
      'b=TIAS:2000000',
      'a=rtpmap:110 H264/90000',
      'a=fmtp:110 profile-level-id=428016;packetization-mode=1;max-fs=8192;max-mbps=245760',
      'a=rtpmap:111 H264/90000',
      'a=fmtp:111 profile-level-id=640016;packetization-mode=1;max-fs=8192;max-mbps=245760',
      'a=rtpmap:109 H264/90000',
      'a=fmtp:109 profile-level-id=428016;packetization-mode=0;max-fs=8192;max-mbps=245760',
      'a=rtcp-fb:* ccm fir',
      'a=sendrecv',
      'm=application 0 RTP/AVP 100',
      '',
    ]);
  });
});
