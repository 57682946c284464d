import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readIvf } from '#codecs/vectors/ivf.ts';
import type { RtpPacket } from '../packet.ts';
import { ReorderBuffer } from '../reorder-buffer.ts';
import { joinAnnexB, splitAnnexB } from './annex-b.ts';
import { H261Depacketiser } from './h261-depacketiser.ts';
import { H261Packetiser } from './h261-packetiser.ts';
import { H263Depacketiser } from './h263-depacketiser.ts';
import { H263Packetiser } from './h263-packetiser.ts';
import { H263PlusDepacketiser } from './h263plus-depacketiser.ts';
import { H263PlusPacketiser } from './h263plus-packetiser.ts';
import { H264Depacketiser } from './h264-depacketiser.ts';
import { H264Packetiser } from './h264-packetiser.ts';
import type { EncodedFrame, VideoDepacketiser, VideoPacketiser } from './video-payload.ts';
import { Vp8Depacketiser } from './vp8-depacketiser.ts';
import { Vp8Packetiser } from './vp8-packetiser.ts';

const TIMESTAMP_STEP = 3600;
const MAX_WAIT_MS = 60;

interface Format {
  readonly frames: readonly Buffer[];
  readonly packetiser: () => VideoPacketiser;
  readonly depacketiser: () => VideoDepacketiser;
}

function clip(name: string): Buffer[] {
  return readIvf(readFileSync(join(import.meta.dirname, '../../vectors', name))).slice(0, 32);
}

function h264(name: string, packetizationMode: 0 | 1, maximumPayload: number): Format {
  return {
    frames: clip(name).map((frame) => joinAnnexB(splitAnnexB(frame))),
    packetiser: () => new H264Packetiser({ packetizationMode, maximumPayload }),
    depacketiser: () => new H264Depacketiser(),
  };
}

function h263plus(name: string, maximumPayload: number): Format {
  return {
    frames: clip(name),
    packetiser: () => new H263PlusPacketiser({ maximumPayload }),
    depacketiser: () => new H263PlusDepacketiser(),
  };
}

const FORMATS: Record<string, Format> = {
  'H.261': {
    frames: clip('h261.ivf'),
    packetiser: () => new H261Packetiser({ maximumPayload: 200 }),
    depacketiser: () => new H261Depacketiser(),
  },
  'H.263': {
    frames: clip('h263.ivf'),
    packetiser: () => new H263Packetiser({ maximumPayload: 150 }),
    depacketiser: () => new H263Depacketiser(),
  },
  'H.263+ with annexes': h263plus('h263plus.ivf', 300),
  'H.263 in packets of H.263+': h263plus('h263.ivf', 200),
  'H.264 mode 1': h264('h264.ivf', 1, 500),
  'H.264 mode 1 with slices': h264('h264-slices.ivf', 1, 400),
  'H.264 mode 0': h264('h264-slices.ivf', 0, 1200),
  VP8: {
    frames: clip('vp8.ivf'),
    packetiser: () => new Vp8Packetiser({ maximumPayload: 500, pictureId: 32760 }),
    depacketiser: () => new Vp8Depacketiser(),
  },
};

interface Fault {
  readonly kind: 'lose' | 'duplicate' | 'delay';
  /** Which packet, as a share of all. */
  readonly place: number;
  /** How many packets are lost from there, or by how many places a packet comes too late. */
  readonly count: number;
}

function faults(...kinds: Fault['kind'][]): fc.Arbitrary<Fault[]> {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  return fc.array(fc.record({ kind: fc.constantFrom(...kinds), place, count: fc.integer({ min: 1, max: 25 }) }), {
    maxLength: 15,
  });
}

const START = fc.record({
  sequenceNumber: fc.integer({ min: 65300, max: 65535 }),
  timestamp: fc.integer({ min: 2 ** 32 - 40 * TIMESTAMP_STEP, max: 2 ** 32 - 1 }),
});
type Start = { readonly sequenceNumber: number; readonly timestamp: number };

function timestampOf(start: Start, index: number): number {
  return (start.timestamp + index * TIMESTAMP_STEP) >>> 0;
}

function packetsOf(format: Format, start: Start): RtpPacket[] {
  const packetiser = format.packetiser();
  let { sequenceNumber } = start;
  return format.frames.flatMap((frame, index) =>
    packetiser.packetise(frame).map(({ payload, marker }) => ({
      payloadType: 96,
      marker,
      sequenceNumber: sequenceNumber++ & 0xffff,
      timestamp: timestampOf(start, index),
      ssrc: 1,
      payload,
    })),
  );
}

/** What arrives, in order of arrival. The first packet comes first unless it is lost. */
function onTheLine(packets: readonly RtpPacket[], schedule: readonly Fault[]): RtpPacket[] {
  const arrivals = packets.map((packet, index) => ({ packets: [packet], at: index }));
  for (const { kind, place, count } of schedule) {
    const index = Math.floor(place * packets.length);
    if (kind === 'lose') for (const arrival of arrivals.slice(index, index + count)) arrival.packets = [];
    const arrival = arrivals[index];
    if (kind === 'duplicate') arrival?.packets.push(...arrival.packets);
    if (kind === 'delay' && arrival && index > 0) arrival.at = index + count + 0.5;
  }
  return arrivals.toSorted((a, b) => a.at - b.at).flatMap((arrival) => arrival.packets);
}

/** One packet every 2 ms: 25 places too late is within what the reorder buffer waits for. */
function receive(format: Format, arrivals: readonly RtpPacket[]): EncodedFrame[] {
  const buffer = new ReorderBuffer({ maxWaitMs: MAX_WAIT_MS });
  const depacketiser = format.depacketiser();
  const frames: EncodedFrame[] = [];
  const take = (now: number): void => {
    for (const { packet, lostBefore } of buffer.pop(now).packets) frames.push(...depacketiser.push(packet, lostBefore));
  };
  for (const [index, packet] of arrivals.entries()) {
    buffer.push(packet, index * 2);
    take(index * 2);
  }
  take(arrivals.length * 2 + MAX_WAIT_MS);
  return frames;
}

function frame(data: Buffer, timestamp: number, isKeyFrame: boolean): EncodedFrame {
  return { data, timestamp, isKeyFrame, isCorrupt: false };
}

for (const [name, format] of Object.entries(FORMATS)) {
  const originals = (start: Start): EncodedFrame[] =>
    format.frames.map((data, index) => frame(data, timestampOf(start, index), index % 25 === 0));

  describe(`${name} over a lossy line`, () => {
    it('gives exactly the originals when packets are only reordered and doubled', () => {
      fc.assert(
        fc.property(START, faults('duplicate', 'delay'), (start, schedule) => {
          assert.deepEqual(receive(format, onTheLine(packetsOf(format, start), schedule)), originals(start));
        }),
        { numRuns: 40 },
      );
    });

    it('gives no picture that differs from its original without marking it, nor one that refers to such', () => {
      fc.assert(
        fc.property(START, faults('lose', 'duplicate', 'delay'), (start, schedule) => {
          const expected = originals(start);
          const received = receive(format, onTheLine(packetsOf(format, start), schedule));
          let lastGood: number | undefined;
          for (const got of received) {
            assert.ok(got.data.length > 0);
            if (got.isCorrupt) {
              lastGood = undefined;
              continue;
            }
            const index = expected.findIndex(({ timestamp }) => timestamp === got.timestamp);
            assert.deepEqual(got, expected[index]);
            // A decoder that waits for a good key frame after a corrupt picture has every picture that others refer to.
            if (got.isKeyFrame) lastGood = index;
            else if (lastGood !== undefined) {
              assert.equal(index, lastGood + 1);
              lastGood = index;
            }
          }
        }),
        { numRuns: 150 },
      );
    });

    it('recovers with the next whole key frame', () => {
      const start = { sequenceNumber: 65500, timestamp: 0 };
      const packets = packetsOf(format, start);
      const secondKeyFrame = packets.findIndex(({ timestamp }) => timestamp === timestampOf(start, 25));
      for (let lost = 0; lost < secondKeyFrame; lost++) {
        const received = receive(format, packets.toSpliced(lost, 1));
        // A key frame that comes next needs nothing of what was lost.
        const isTold = received.some(({ isCorrupt }) => isCorrupt);
        const isJustBefore = packets[lost]?.timestamp === timestampOf(start, 24);
        if (!isJustBefore) assert.ok(isTold, `loss of packet ${lost} is told`);
        assert.deepEqual(
          received.filter(({ timestamp }) => timestamp >= timestampOf(start, 25)),
          originals(start).slice(25),
          `after the loss of packet ${lost}`,
        );
      }
    });
  });
}

describe('depacketisers', () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    // What looks like aggregates and fragments, with anything inside.
    fc
      .tuple(fc.constantFrom(24, 28, 28, 28, 25, 29), fc.uint8Array({ maxLength: 12 }))
      .map(([type, rest]) => Uint8Array.from([0x60 | type, ...rest])),
    fc
      .tuple(fc.constantFrom(0x10, 0x90, 0x00, 0x80), fc.uint8Array({ maxLength: 12 }))
      .map(([descriptor, rest]) => Uint8Array.from([descriptor, ...rest])),
    // Headers and start codes of H.261, H.263 and H.263+.
    fc
      .tuple(
        fc.constantFrom(
          ...['01000000000100', '01000000000110', '00004000000080', '00004000000084', '8000000000000000', '040080'],
          ...['0400', '0000', 'c00000000000000000000000', '07080080'],
        ),
        fc.uint8Array({ maxLength: 12 }),
      )
      .map(([begin, rest]) => Buffer.concat([Buffer.from(begin, 'hex'), rest])),
  );
  const packet = fc.record({
    payload,
    marker: fc.boolean(),
    timestamp: fc.nat({ max: 3 }),
    lostBefore: fc.nat({ max: 1 }),
  });

  for (const [name, make] of [
    ['H261Depacketiser', () => new H261Depacketiser()],
    ['H263Depacketiser', () => new H263Depacketiser()],
    ['H263PlusDepacketiser', () => new H263PlusDepacketiser()],
    ['H264Depacketiser', () => new H264Depacketiser()],
    ['Vp8Depacketiser', () => new Vp8Depacketiser()],
  ] as const) {
    it(`${name} never throws and never gives an empty frame, whatever comes`, () => {
      fc.assert(
        fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
          const depacketiser: VideoDepacketiser = make();
          for (const { lostBefore, ...rest } of packets) {
            const received = depacketiser.push({ payloadType: 96, sequenceNumber: 0, ssrc: 1, ...rest }, lostBefore);
            for (const { data } of received) assert.ok(data.length > 0);
          }
        }),
        { numRuns: 1000 },
      );
    });
  }
});
