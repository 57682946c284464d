import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generateRouterRtpCapabilities } from 'mediasoup/ortc';
import { H264_PARAMETERS, routerCodecs } from './router-codecs.ts';

const ROUTER = generateRouterRtpCapabilities(routerCodecs());

describe('router codecs', () => {
  test('a router takes them, under our payload types and with retransmission of video', () => {
    const codecs =
      ROUTER.codecs?.map(({ mimeType, preferredPayloadType }) => `${mimeType} ${preferredPayloadType}`) ?? [];
    for (const expected of ['audio/opus 100', 'video/H264 104', 'video/VP8 102'])
      assert.ok(codecs.includes(expected), expected);
    const retransmitted = ROUTER.codecs
      ?.filter(({ mimeType }) => mimeType === 'video/rtx')
      .map(({ parameters }) => parameters?.apt);
    assert.deepEqual(retransmitted, [104, 102]);
  });

  test('each call gives lists of its own', () => {
    const [, video] = routerCodecs();
    assert.ok(video?.parameters);
    video.parameters['packetization-mode'] = 0;
    assert.deepEqual(routerCodecs()[1]?.parameters, H264_PARAMETERS);
  });
});
