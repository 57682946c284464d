import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { Vp8Depacketiser } from './vp8-depacketiser.ts';
import { parseVp8FrameHeader } from './vp8-frame-header.ts';
import { parseVp8PayloadDescriptor } from './vp8-payload-descriptor.ts';

const KEY = '1000009d012a4001b400';
const INTER = '110000';

interface Sent {
  readonly payload: string;
  readonly timestamp?: number;
  readonly marker?: boolean;
  readonly lostBefore?: number;
}

/** [data, K for key frame, C for corrupt] of each frame. */
function frames(sent: readonly Sent[], depacketiser = new Vp8Depacketiser()): [string, string][] {
  return sent.flatMap(({ payload, timestamp = 0, marker = false, lostBefore = 0 }) =>
    depacketiser
      .push(
        { payloadType: 97, marker, sequenceNumber: 0, timestamp, ssrc: 1, payload: Buffer.from(payload, 'hex') },
        lostBefore,
      )
      .map(({ data, isKeyFrame, isCorrupt }): [string, string] => [
        data.toString('hex'),
        (isKeyFrame ? 'K' : '') + (isCorrupt ? 'C' : ''),
      ]),
  );
}

function started(): Vp8Depacketiser {
  const depacketiser = new Vp8Depacketiser();
  assert.deepEqual(frames([{ payload: `10${KEY}`, marker: true }], depacketiser), [[KEY, 'K']]);
  return depacketiser;
}

describe('parseVp8PayloadDescriptor', () => {
  const descriptors: [hex: string, expected: ReturnType<typeof parseVp8PayloadDescriptor>][] = [
    ['10aa', { beginsFrame: true, length: 1 }],
    ['00aa', { beginsFrame: false, length: 1 }],
    ['11aa', { beginsFrame: false, length: 1 }],
    ['90800aaa', { beginsFrame: true, pictureId: 10, length: 3 }],
    ['9080ffffaa', { beginsFrame: true, pictureId: 32767, length: 4 }],
    ['90e0800122c3aa', { beginsFrame: true, pictureId: 1, length: 6 }],
    ['9040aabb', { beginsFrame: true, length: 3 }],
    ['9000aa', { beginsFrame: true, length: 2 }],
    ['', undefined],
    ['10', undefined],
    ['90', undefined],
    ['9080', undefined],
    ['908080', undefined],
    ['90f08001aabb', undefined],
  ];
  for (const [hex, expected] of descriptors) {
    it(`reads ${hex || 'nothing'}`, () =>
      assert.deepEqual(parseVp8PayloadDescriptor(Buffer.from(hex, 'hex')), expected));
  }
});

describe('parseVp8FrameHeader', () => {
  it('reads the size of a key frame of an encoder', () => {
    const clip = readIvf(readFileSync(join(import.meta.dirname, '../../vectors/vp8.ivf')));
    assert.deepEqual(parseVp8FrameHeader(clip[0] ?? Buffer.alloc(0)), { isKeyFrame: true, width: 320, height: 180 });
    assert.deepEqual(parseVp8FrameHeader(clip[1] ?? Buffer.alloc(0)), { isKeyFrame: false });
  });

  it('leaves the scaling away and refuses what is cut or has no start code', () => {
    const scaled = parseVp8FrameHeader(Buffer.from('1000009d012a4041b4c0', 'hex'));
    assert.deepEqual(scaled, { isKeyFrame: true, width: 320, height: 180 });
    assert.equal(parseVp8FrameHeader(Buffer.from('1000009d012a4001b4', 'hex')), undefined);
    assert.equal(parseVp8FrameHeader(Buffer.from('1000009d012b4001b400', 'hex')), undefined);
    assert.equal(parseVp8FrameHeader(Buffer.alloc(2)), undefined);
  });
});

describe('Vp8Depacketiser', () => {
  it('ends a frame with the marker, with the timestamp or where another begins', () => {
    const sent = [
      { payload: `10${INTER}`, timestamp: 1 },
      { payload: '00aa', timestamp: 1, marker: true },
      { payload: `10${INTER}`, timestamp: 2 },
      { payload: `10${INTER}bb`, timestamp: 3 },
      { payload: `10${INTER}cc`, timestamp: 3, marker: true },
    ];
    assert.deepEqual(frames(sent, started()), [
      [`${INTER}aa`, ''],
      [INTER, ''],
      [`${INTER}bb`, ''],
      [`${INTER}cc`, ''],
    ]);
  });

  it('takes further partitions for parts of the frame', () => {
    const sent = [{ payload: `10${INTER}` }, { payload: '11aa' }, { payload: '12bb', marker: true }];
    assert.deepEqual(frames(sent, started()), [[`${INTER}aabb`, '']]);
  });

  it('keeps what comes before a hole, marked', () => {
    const sent = [
      { payload: `10${INTER}` },
      { payload: '00aa' },
      { payload: '00cc', lostBefore: 1 },
      { payload: '00dd', marker: true },
      { payload: `10${INTER}`, timestamp: 1, marker: true },
    ];
    assert.deepEqual(frames(sent, started()), [
      [`${INTER}aa`, 'C'],
      [INTER, ''],
    ]);
  });

  it('gives nothing without a beginning, and marks the next frame unless it is a key frame', () => {
    const headless = { payload: '00aa', marker: true, lostBefore: 1 };
    const inter = { payload: `10${INTER}`, timestamp: 1, marker: true };
    const key = { payload: `10${KEY}`, timestamp: 2, marker: true };
    assert.deepEqual(frames([headless, inter, key], started()), [
      [INTER, 'C'],
      [KEY, 'K'],
    ]);
    assert.deepEqual(frames([headless, key, inter], started()), [
      [KEY, 'K'],
      [INTER, ''],
    ]);
  });

  it('marks an interframe that it begins with, and a key frame without start code', () => {
    assert.deepEqual(frames([{ payload: `10${INTER}`, marker: true }]), [[INTER, 'C']]);
    assert.deepEqual(frames([{ payload: '10100000ffffffffffffff', marker: true }]), [['100000ffffffffffffff', 'C']]);
  });

  it('marks a frame with a packet whose descriptor is cut', () => {
    const sent = [{ payload: `10${INTER}` }, { payload: '8080' }, { payload: '00aa', marker: true }];
    assert.deepEqual(frames(sent, started()), [[INTER, 'C']]);
  });

  it('passes over empty packets, whatever their timestamp', () => {
    const sent = [
      { payload: `10${INTER}`, timestamp: 1000 },
      { payload: '', timestamp: 0 },
      { payload: '00aa', timestamp: 1000, marker: true },
    ];
    assert.deepEqual(frames(sent, started()), [[`${INTER}aa`, '']]);
  });

  it('gives up a frame that is too long, and marks the next', () => {
    const depacketiser = started();
    const middle = { payload: `00${'aa'.repeat(60_000)}` };
    const sent = [{ payload: `10${INTER}` }, ...new Array<Sent>(80).fill(middle), { payload: '00aa', marker: true }];
    assert.deepEqual(frames(sent, depacketiser), []);
    assert.deepEqual(frames([{ payload: `10${INTER}`, timestamp: 1, marker: true }], depacketiser), [[INTER, 'C']]);
  });
});
