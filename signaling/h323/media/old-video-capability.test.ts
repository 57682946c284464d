import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VideoCodec } from '#codecs/media/description.ts';
import { NO_FEEDBACK } from '#codecs/media/feedback.ts';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { readChannelMedia, writeDataType, writePacketization } from './data-type.ts';
import { LOCAL, Side, talking } from './example-side.ts';
import { readOldVideoCapability, writeOldVideoCapability } from './old-video-capability.ts';
import { readCapabilitySet } from './remote-capabilities.ts';

const CODEC = { clockRate: 90_000, feedback: NO_FEEDBACK } as const;
const H263 = {
  ...CODEC,
  name: 'H263',
  payloadType: 34,
  h263: { intervals: { QCIF: 1, CIF: 2, CIF4: 30 }, maxBr: 3840 },
} as const;
const H261 = {
  ...CODEC,
  name: 'H261',
  payloadType: 31,
  h261: { intervals: { QCIF: 1, CIF: 1 }, maxBr: 3840 },
} as const;

for (const codec of [H263, H261]) {
  test(`${codec.name}: a capability says sizes, intervals and rate`, () => {
    const written = writeOldVideoCapability(codec, 384_000);
    assert.ok(written);
    const octets = h245.encode('VideoCapability', written);
    assert.deepEqual(readOldVideoCapability(h245.decode('VideoCapability', octets)), codec);
  });

  test(`${codec.name}: a channel is one of its own payload type and rate`, () => {
    const dataType = writeDataType(codec, 384_000);
    assert.ok(dataType);
    const packets = { sessionID: 2, ...writePacketization(codec) };
    assert.deepEqual(packets, { sessionID: 2 }, 'the payload type is static');
    assert.deepEqual(readChannelMedia(dataType, packets), { kind: 'main', codec, bitRate: 384_000 });
    const dynamic = { sessionID: 2, dynamicRTPPayloadType: 101 };
    assert.equal(readChannelMedia(dataType, dynamic)?.codec.payloadType, 101);
  });
}

test('a capability without a size that we know, and packets of H.263+, are passed over', () => {
  const plain = writeOldVideoCapability({ ...H263, h263: { intervals: {} } }, 384_000);
  assert.ok(plain);
  assert.equal(readOldVideoCapability(plain), undefined);
  assert.equal(writeOldVideoCapability({ ...H263, name: 'H263-1998' }, 384_000), undefined);
  const dataType = writeDataType(H263, 384_000);
  assert.ok(dataType);
  const descriptor = { payloadDescriptor: { type: 'rfc-number', value: 2429 }, payloadType: 96 } as const;
  const multiplex = { sessionID: 2, mediaPacketization: { type: 'rtpPayloadType', value: descriptor } } as const;
  assert.equal(readChannelMedia(dataType, multiplex), undefined);
});

test('our capabilities name H.263 and H.261 behind H.264, and what they name is read again', () => {
  const { video } = readCapabilitySet({ ...writeCapabilitySet(LOCAL), sequenceNumber: 1 });
  assert.deepEqual([...new Set(video.map(({ name }) => name))], ['H264', 'H263', 'H261']);
});

for (const name of ['H263', 'H261'] as const) {
  test(`a room that has ${name} alone is sent it, and sends it`, () => {
    const only: VideoCodec[] = LOCAL.video.filter((codec) => codec.name === name);
    const sides = talking(new Side(190, 20_000), new Side(50, 30_000, { ...LOCAL, video: only }));
    for (const side of sides) {
      const picture = side.streams.find(({ kind }) => kind === 'main');
      assert.equal(picture?.send.name, name);
      assert.equal(picture?.direction, 'sendrecv');
      assert.deepEqual(
        picture?.receive.map((codec) => codec.name),
        [name],
      );
    }
  });
}
