import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  canConsume,
  generateRouterRtpCapabilities,
  getConsumableRtpParameters,
  getProducerRtpParametersMapping,
  validateAndNormalizeRtpParameters,
} from 'mediasoup/ortc';
import { producerRtpParameters } from './producer-parameters.ts';
import { PAYLOAD_TYPES, routerCodecs } from './router-codecs.ts';

const ROUTER = generateRouterRtpCapabilities(routerCodecs());

describe('producer parameters', () => {
  for (const [kind, parameters] of [
    ['audio', producerRtpParameters({ codec: 'opus', ssrc: 1, cname: 'mix-1' })],
    ['video', producerRtpParameters({ codec: 'H264', ssrcs: [11, 12, 13], cname: 'mix-1' })],
    ['video', producerRtpParameters({ codec: 'VP8', ssrcs: [21], cname: 'leg-1' })],
  ] as const) {
    test(`a router takes ${parameters.codecs[0]?.mimeType} and a peer of it can consume it`, () => {
      validateAndNormalizeRtpParameters(parameters);
      const mapping = getProducerRtpParametersMapping(parameters, ROUTER);
      const consumable = getConsumableRtpParameters(kind, parameters, ROUTER, mapping);
      assert.equal(consumable.encodings?.length, parameters.encodings?.length);
      assert.equal(consumable.rtcp?.cname, parameters.rtcp?.cname);
      assert.ok(canConsume(consumable, ROUTER));
    });
  }

  test('a layer for each SSRC, in their order', () => {
    const { encodings, codecs } = producerRtpParameters({ codec: 'H264', ssrcs: [11, 12, 13], cname: 'mix-1' });
    assert.deepEqual(encodings, [{ ssrc: 11 }, { ssrc: 12 }, { ssrc: 13 }]);
    assert.equal(codecs[0]?.payloadType, PAYLOAD_TYPES.H264);
  });

  for (const ssrcs of [[], [1, 2, 3, 4, 5], [0], [1.5], [2 ** 32], [7, 7]]) {
    test(`SSRCs ${JSON.stringify(ssrcs)} are refused`, () => {
      assert.throws(() => producerRtpParameters({ codec: 'H264', ssrcs, cname: 'x' }), RangeError);
    });
  }
});
