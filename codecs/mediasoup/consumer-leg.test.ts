import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  generateRouterRtpCapabilities,
  getConsumableRtpParameters,
  getProducerRtpParametersMapping,
} from 'mediasoup/ortc';
import type { RtpParameters } from 'mediasoup/types';
import { consumerLeg } from './consumer-leg.ts';
import { producerRtpParameters } from './producer-parameters.ts';
import { routerCodecs } from './router-codecs.ts';

const ROUTER = generateRouterRtpCapabilities(routerCodecs());
const REMOTE = { address: '127.0.0.1', port: 40000 };

/** The parameters that a consumer of a producer of ours has: the router has added retransmission. */
function consumed(kind: 'audio' | 'video', produced: RtpParameters): RtpParameters {
  const consumable = getConsumableRtpParameters(
    kind,
    produced,
    ROUTER,
    getProducerRtpParametersMapping(produced, ROUTER),
  );
  return { ...consumable, encodings: [{ ssrc: 4711, ...(kind === 'video' && { rtx: { ssrc: 4712 } }) }] };
}

/** The payload type that the router has for the retransmission of another. */
function rtxOf(payloadType: number): number | undefined {
  return ROUTER.codecs?.find(({ mimeType, parameters }) => mimeType === 'video/rtx' && parameters?.apt === payloadType)
    ?.preferredPayloadType;
}

describe('a consumer as a leg', () => {
  test('Opus', () => {
    const parameters = consumed('audio', producerRtpParameters({ codec: 'opus', ssrc: 1, cname: 'browser' }));
    const leg = consumerLeg(parameters, { index: 0, remote: REMOTE, kind: 'audio' });
    const codec = {
      name: 'opus',
      payloadType: 100,
      clockRate: 48000,
      opus: { useInbandFec: true, useDtx: false, stereo: false },
    };
    assert.deepEqual(leg, {
      stream: {
        kind: 'audio',
        index: 0,
        remote: REMOTE,
        remoteRtcp: REMOTE,
        rtcpMux: true,
        direction: 'recvonly',
        send: codec,
        receive: [codec],
        packetTime: 20,
      },
      ssrc: 4711,
      cname: 'browser',
    });
  });

  test('H.264 with retransmission', () => {
    const parameters = consumed('video', producerRtpParameters({ codec: 'H264', ssrcs: [1], cname: 'browser' }));
    const leg = consumerLeg(parameters, { index: 1, remote: REMOTE, kind: 'main' });
    assert.deepEqual(leg?.rtx, { ssrc: 4712, payloadType: rtxOf(104) });
    assert.ok(leg.stream.kind === 'main');
    assert.equal(leg.stream.sendBitRate, 0);
    const [codec] = leg.stream.receive;
    assert.ok(codec?.name === 'H264');
    assert.deepEqual(
      [codec.payloadType, codec.h264.profile, codec.h264.level, codec.h264.packetizationMode],
      [104, 'constrained-baseline', 31, 1],
    );
    assert.deepEqual([codec.feedback.nack, codec.feedback.pli, codec.feedback.fir], [true, true, true]);
  });

  test('VP8 as content', () => {
    const parameters = consumed('video', producerRtpParameters({ codec: 'VP8', ssrcs: [1], cname: 'browser' }));
    assert.equal(consumerLeg(parameters, { index: 2, remote: REMOTE, kind: 'content' })?.stream.kind, 'content');
  });

  test('what is not ours is none', () => {
    const video = consumed('video', producerRtpParameters({ codec: 'VP8', ssrcs: [1], cname: 'browser' }));
    assert.equal(consumerLeg(video, { index: 0, remote: REMOTE, kind: 'audio' }), undefined);
    assert.equal(consumerLeg({ ...video, encodings: [] }, { index: 0, remote: REMOTE, kind: 'main' }), undefined);
    const av1 = video.codecs.map((codec) => ({ ...codec, mimeType: 'video/AV1' }));
    assert.equal(consumerLeg({ ...video, codecs: av1 }, { index: 0, remote: REMOTE, kind: 'main' }), undefined);
    assert.equal(consumerLeg({ codecs: [] }, { index: 0, remote: REMOTE, kind: 'main' }), undefined);
  });
});
