import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  payloadDuration,
  rtpClockRate,
  samplesPerPacket,
  samplingRate,
  splitSampledAudio,
  timestampStep,
} from './audio.ts';

describe('audio payloads', () => {
  it('counts G.722 at 16 kHz in samples and at 8 kHz in timestamps', () => {
    assert.equal(samplingRate('G722'), 16000);
    assert.equal(rtpClockRate('G722'), 8000);
    assert.equal(samplesPerPacket('G722', 20), 320);
    assert.equal(timestampStep('G722', 20), 160);
    assert.equal(payloadDuration('G722', Buffer.alloc(160)), 160);
  });

  it('counts G.711 and Opus', () => {
    assert.equal(samplesPerPacket('PCMA', 30), 240);
    assert.equal(timestampStep('PCMU', 20), 160);
    assert.equal(payloadDuration('PCMA', Buffer.alloc(240)), 240);
    assert.equal(samplesPerPacket('opus', 20), 960);
    assert.equal(timestampStep('opus', 60), 2880);
  });

  const opusPackets: [name: string, hex: string, duration: number][] = [
    ['SILK 10 ms', '00', 480],
    ['SILK 60 ms', '18', 2880],
    ['hybrid 20 ms', '68', 960],
    ['CELT 2.5 ms', '80', 120],
    ['CELT 20 ms, fullband', 'f8', 960],
    ['two frames of 20 ms', 'f9', 1920],
    ['three frames of 20 ms', 'fb03', 2880],
    ['120 ms, the longest', 'fb06', 5760],
    ['140 ms, longer than allowed', 'fb07', 0],
    ['a frame count that is cut', 'fb', 0],
    ['nothing', '', 0],
  ];
  for (const [name, hex, duration] of opusPackets) {
    it(`reads the duration of Opus: ${name}`, () => {
      assert.equal(payloadDuration('opus', Buffer.from(hex, 'hex')), duration);
    });
  }

  it('cuts a run of G.711 into packets and keeps the rest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), fc.integer({ min: 1, max: 60 }), (octets, packetTime) => {
        const { payloads, rest } = splitSampledAudio(octets, packetTime);
        assert.ok(payloads.every((payload) => payload.length === 8 * packetTime));
        assert.ok(rest.length < 8 * packetTime);
        assert.deepEqual(Buffer.concat([...payloads, rest]), Buffer.from(octets));
      }),
    );
  });
});
