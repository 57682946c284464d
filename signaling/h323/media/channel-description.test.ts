import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { H264Codec, StreamDescription } from '#codecs/media/description.ts';
import { withChannels } from './channel-description.ts';

const FEEDBACK = { nack: false, pli: false, fir: false, tmmbr: false, remb: false };

function h264(payloadType: number, packetizationMode: 0 | 1): H264Codec {
  const h264 = { profile: 'baseline', level: 31, packetizationMode, levelAsymmetryAllowed: true } as const;
  return { name: 'H264', payloadType, clockRate: 90_000, feedback: FEEDBACK, h264 };
}

const STREAM: StreamDescription = {
  kind: 'main',
  mediaType: 'video',
  protocol: 'RTP/AVP',
  formats: ['97'],
  address: { address: '0.0.0.0', port: 9 },
  rtcpMux: false,
  rtcpReducedSize: false,
  direction: 'sendrecv',
  codecs: [h264(97, 1), h264(97, 0)],
};
const NOTHING = { remote: undefined, sending: undefined, receiving: undefined, reports: undefined, takes: true };
const at = (port: number) => ({ address: '192.0.2.7', port });

test('before a channel is open there is no address', () => {
  assert.deepEqual(withChannels(STREAM, NOTHING), STREAM);
  assert.equal(withChannels(STREAM, { ...NOTHING, takes: false }).direction, 'sendonly');
});

test('a channel of ours keeps the payload type and the packets that it was opened with', () => {
  const remote = { rtp: at(4000), rtcp: at(4005), payloadType: undefined };
  const { address, rtcpAddress, codecs } = withChannels(STREAM, { ...NOTHING, remote, sending: h264(109, 0) });
  assert.deepEqual([address, rtcpAddress], [at(4000), at(4005)]);
  assert.deepEqual(
    codecs.map((codec) => [codec.payloadType, codec.name === 'H264' && codec.h264.packetizationMode]),
    [[109, 0]],
  );
});

test('the payload type of an acknowledgement takes the place of ours; theirs stays what they opened with', () => {
  const remote = { rtp: at(4000), rtcp: at(4001), payloadType: 120 };
  const { codecs } = withChannels(STREAM, { ...NOTHING, remote, sending: h264(97, 1), receiving: h264(105, 0) });
  assert.deepEqual(
    codecs.map(({ payloadType, incomingPayloadType }) => [payloadType, incomingPayloadType]),
    [[120, 105]],
  );
});

test('who only sends tells where it takes reports', () => {
  const { address, rtcpAddress } = withChannels(STREAM, { ...NOTHING, receiving: h264(105, 1), reports: at(5001) });
  assert.deepEqual([address.port, rtcpAddress], [9, at(5001)]);
});
