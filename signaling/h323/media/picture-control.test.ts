import assert from 'node:assert/strict';
import { test } from 'node:test';
import { h245 } from '../h245/types.ts';
import { writeCapabilitySet } from './capability-set.ts';
import { LOCAL, type Side, settle, talking } from './example-side.ts';

test('pictures are asked for and limited by the number of their channel', () => {
  const [a, b] = talking();
  assert.ok(a.media.pictureChannel);
  a.session.requestPicture(a.media.pictureChannel);
  a.session.limit(a.media.pictureChannel, 384_000);
  a.session.limit('all', undefined);
  a.session.requestPicture(999);
  settle(a, b);
  assert.deepEqual(b.told, ['key frame', 'bit rate 384000', 'bit rate 2000000']);
});

test('a picture mode bounds the bit rate', () => {
  const [a, b] = talking();
  const mode = (maxBitRate: number) => ({
    type: {
      type: 'videoMode' as const,
      value: {
        type: 'genericVideoMode' as const,
        value: { capabilityIdentifier: { type: 'standard' as const, value: '0.0.8.241.0.0.1' }, maxBitRate },
      },
    },
  });
  b.queue.push(
    h245.encode('MultimediaSystemControlMessage', {
      type: 'request',
      value: { type: 'requestMode', value: { sequenceNumber: 1, requestedModes: [[mode(3840)]] } },
    }),
  );
  settle(a, b);
  const [, picture] = a.streams;
  assert.equal(picture?.kind === 'main' && picture.sendBitRate, 384_000);
});

/** A command or an indication about the channel that `to` sends pictures over. */
function say(from: Side, to: Side, kind: 'command' | 'indication', type: object, number?: number): void {
  const logicalChannelNumber = number ?? from.media.pictureChannel ?? 0;
  const message =
    kind === 'command'
      ? { type: 'command', value: { type: 'miscellaneousCommand', value: { logicalChannelNumber, type } } }
      : { type: 'indication', value: { type: 'miscellaneousIndication', value: { logicalChannelNumber, type } } };
  const octets: { encode(name: string, value: unknown): Buffer } = h245;
  from.queue.push(octets.encode('MultimediaSystemControlMessage', message));
  settle(from, to);
}

test('whoever misses a part of a picture gets a whole one; what else is said of pictures changes nothing', () => {
  const [a, b] = talking();
  const lost: readonly object[] = [
    { type: 'videoFastUpdatePicture', value: null },
    { type: 'videoFastUpdateGOB', value: { firstGOB: 0, numberOfGOBs: 18 } },
    { type: 'videoFastUpdateMB', value: { firstGOB: 0, firstMB: 1, numberOfMBs: 396 } },
    { type: 'lostPicture', value: [{ type: 'pictureNumber', value: 3 }] },
    {
      type: 'lostPartialPicture',
      value: { pictureReference: { type: 'pictureNumber', value: 3 }, firstMB: 1, numberOfMBs: 9 },
    },
    { type: 'recoveryReferencePicture', value: [{ type: 'longTermPictureIndex', value: 1 }] },
  ];
  for (const type of lost) {
    say(a, b, 'command', type);
  }
  assert.deepEqual(
    b.told,
    lost.map(() => 'key frame'),
  );
  const [told, exchanges, summary] = [b.told.length, b.exchanges, b.summary];
  for (const type of [
    { type: 'videoFreezePicture', value: null },
    { type: 'videoTemporalSpatialTradeOff', value: 20 },
    { type: 'videoSendSyncEveryGOB', value: null },
    { type: 'videoSendSyncEveryGOBCancel', value: null },
    { type: 'equaliseDelay', value: null },
    { type: 'switchReceiveMediaOff', value: null },
    { type: 'multipointModeCommand', value: null },
  ]) {
    say(a, b, 'command', type);
  }
  for (const type of [
    { type: 'logicalChannelInactive', value: null },
    { type: 'logicalChannelActive', value: null },
    { type: 'videoIndicateReadyToActivate', value: null },
    { type: 'videoTemporalSpatialTradeOff', value: 5 },
    { type: 'multipointConference', value: null },
    { type: 'videoNotDecodedMBs', value: { firstMB: 1, numberOfMBs: 9, temporalReference: 0 } },
  ]) {
    say(a, b, 'indication', type);
  }
  assert.deepEqual([b.told.length, b.exchanges, b.summary], [told, exchanges, summary]);
  assert.deepEqual(a.told, []);
});

test('a room may ask for an older codec, in a size that it takes', () => {
  const [a, b] = talking();
  const ask = (sequenceNumber: number, type: 'h261VideoMode' | 'h263VideoMode', size: 'qcif' | 'cif' | 'cif16') => {
    const rest =
      type === 'h261VideoMode'
        ? { stillImageTransmission: false }
        : { unrestrictedVector: false, arithmeticCoding: false, advancedPrediction: false, pbFrames: false };
    const value = { resolution: { type: size, value: null }, bitRate: 3200, ...rest };
    const mode = [{ type: { type: 'videoMode', value: { type, value } } }];
    const request = { type: 'requestMode', value: { sequenceNumber, requestedModes: [mode] } };
    const octets: { encode(name: string, value: unknown): Buffer } = h245;
    b.queue.push(octets.encode('MultimediaSystemControlMessage', { type: 'request', value: request }));
    settle(a, b);
    const picture = a.streams.find(({ kind }) => kind === 'main');
    assert.ok(picture?.kind === 'main');
    const { send, sendBitRate, remote } = picture;
    const sizes =
      send.name === 'H263'
        ? Object.keys(send.h263.intervals)
        : send.name === 'H261'
          ? Object.keys(send.h261.intervals)
          : [];
    return `${send.name} ${sizes.join(' ')} ${sendBitRate} ${remote.port}`;
  };
  assert.equal(ask(1, 'h263VideoMode', 'cif16'), 'H264  2000000 30002', 'nobody here has 16CIF');
  assert.equal(ask(2, 'h263VideoMode', 'cif'), 'H263 CIF 320000 30002');
  b.session.tell(writeCapabilitySet(LOCAL), 0);
  settle(a, b);
  assert.equal(ask(3, 'h261VideoMode', 'qcif'), 'H261 QCIF 320000 30002');
  assert.equal(a.session.channels.own.length, 2);
  assert.deepEqual([a.told, b.told], [[], []]);
});
