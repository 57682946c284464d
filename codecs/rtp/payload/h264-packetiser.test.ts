import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { joinAnnexB, splitAnnexB } from './annex-b.ts';
import { H264Depacketiser } from './h264-depacketiser.ts';
import { NalUnitType, nalUnitType } from './h264-nal-unit.ts';
import { H264Packetiser } from './h264-packetiser.ts';

const clip = (name: string): Buffer[] => readIvf(readFileSync(join(import.meta.dirname, '../../vectors', name)));
const types = (payloads: { payload: Uint8Array }[]): number[] => payloads.map(({ payload }) => nalUnitType(payload));

describe('H264Packetiser in mode 1', () => {
  const frames = clip('h264.ivf');

  it('aggregates parameter sets and SEI and fragments what is too long', () => {
    const [keyFrame] = frames;
    assert.ok(keyFrame);
    const payloads = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 }).packetise(keyFrame);
    const [first, ...rest] = types(payloads);
    assert.equal(first, NalUnitType.STAP_A);
    assert.ok(rest.length > 2);
    assert.ok(rest.every((type) => type === NalUnitType.FU_A));
    const lengths = payloads.slice(1).map(({ payload }) => payload.length);
    assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1, 'fragments of nearly equal length');
  });

  it('sets the marker on the last packet only and keeps to the maximum', () => {
    for (const maximumPayload of [64, 300, 1200]) {
      const packetiser = new H264Packetiser({ packetizationMode: 1, maximumPayload });
      for (const frame of frames) {
        const payloads = packetiser.packetise(frame);
        assert.deepEqual(
          payloads.map(({ marker }) => marker),
          payloads.map((_, index) => index === payloads.length - 1),
        );
        assert.ok(payloads.every(({ payload }) => payload.length <= maximumPayload));
      }
    }
  });

  it('gives the STAP-A the greatest importance of what it holds', () => {
    const frame = joinAnnexB([Buffer.from('0605', 'hex'), Buffer.from('6742c01f', 'hex'), Buffer.from('28ce', 'hex')]);
    const [packet] = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 }).packetise(frame);
    assert.equal(Buffer.from(packet?.payload ?? []).toString('hex'), '780002060500046742c01f000228ce');
  });

  it('leaves out access unit delimiters and filler data', () => {
    const frame = joinAnnexB([Buffer.from('0910', 'hex'), Buffer.from('6588', 'hex'), Buffer.from('0cffff80', 'hex')]);
    const payloads = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 }).packetise(frame);
    assert.deepEqual(types(payloads), [NalUnitType.IDR_SLICE]);
    assert.equal(payloads[0]?.marker, true);
  });

  it('makes nothing of nothing', () => {
    const packetiser = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 });
    assert.deepEqual(packetiser.packetise(Buffer.alloc(0)), []);
    assert.deepEqual(packetiser.packetise(Buffer.from('not a byte stream')), []);
  });
});

describe('H264Packetiser in mode 0', () => {
  it('sends every NAL unit as it is', () => {
    const packetiser = new H264Packetiser({ packetizationMode: 0, maximumPayload: 1200 });
    for (const frame of clip('h264-slices.ivf')) {
      const payloads = packetiser.packetise(frame);
      assert.deepEqual(
        payloads.map(({ payload }) => Buffer.from(payload)),
        splitAnnexB(frame),
      );
    }
    assert.equal(packetiser.oversizedNalUnits, 0);
  });

  it('leaves out and counts what does not fit, and still marks the last packet', () => {
    const packetiser = new H264Packetiser({ packetizationMode: 0, maximumPayload: 100 });
    const frame = joinAnnexB([Buffer.from('6742c01f', 'hex'), Buffer.alloc(101, 0x65)]);
    const payloads = packetiser.packetise(frame);
    assert.deepEqual(types(payloads), [NalUnitType.SEQUENCE_PARAMETER_SET]);
    assert.equal(payloads[0]?.marker, true);
    assert.equal(packetiser.oversizedNalUnits, 1);
  });
});

describe('H264Packetiser and H264Depacketiser', () => {
  for (const [name, packetizationMode, maximumPayload] of [
    ['h264.ivf', 1, 1200],
    ['h264.ivf', 1, 64],
    ['h264-slices.ivf', 1, 1200],
    ['h264-slices.ivf', 0, 1200],
  ] as const) {
    it(`carry ${name} in mode ${packetizationMode} with at most ${maximumPayload} octets`, () => {
      const packetiser = new H264Packetiser({ packetizationMode, maximumPayload });
      const depacketiser = new H264Depacketiser();
      let sequenceNumber = 65530;
      for (const [index, frame] of clip(name).entries()) {
        const timestamp = (0xffff_0000 + index * 3600) >>> 0;
        const received = packetiser.packetise(frame).flatMap(({ payload, marker }) => {
          sequenceNumber = (sequenceNumber + 1) & 0xffff;
          return depacketiser.push({ payloadType: 96, marker, sequenceNumber, timestamp, ssrc: 1, payload }, 0);
        });
        assert.deepEqual(received, [
          { data: joinAnnexB(splitAnnexB(frame)), timestamp, isKeyFrame: index % 25 === 0, isCorrupt: false },
        ]);
      }
    });
  }
});

describe('maximumPayload', () => {
  it('is refused where nothing could be sent', () => {
    assert.throws(() => new H264Packetiser({ packetizationMode: 1, maximumPayload: 10 }), RangeError);
    assert.throws(() => new H264Packetiser({ packetizationMode: 1, maximumPayload: Number.NaN }), RangeError);
  });
});
