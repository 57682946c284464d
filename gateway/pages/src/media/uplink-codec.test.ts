import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RtpCodecCapability } from 'mediasoup-client/types';
import { videoCodecs } from './uplink-codec.ts';

const codec = (mimeType: `video/${string}`, parameters = {}): RtpCodecCapability => ({
  kind: 'video',
  mimeType,
  clockRate: 90_000,
  preferredPayloadType: 100,
  parameters,
});

test('H.264 with packetization-mode 1 first, then VP8, nothing else', () => {
  const mode0 = codec('video/H264', { 'packetization-mode': 0 });
  const mode1 = codec('video/H264', { 'packetization-mode': 1 });
  const vp8 = codec('video/VP8');
  assert.deepEqual(videoCodecs([vp8, codec('video/rtx'), mode0, mode1, codec('video/VP9')]), [mode1, vp8]);
  assert.deepEqual(videoCodecs([codec('video/H264')]), [], 'mode 0 is what a missing parameter means');
  assert.deepEqual(videoCodecs([]), []);
});
