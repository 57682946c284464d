import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isRtcp, parseRtpPacket } from '#codecs/rtp/packet.ts';
import { joinAnnexB, splitAnnexB } from '#codecs/rtp/payload/annex-b.ts';
import { H264Depacketiser } from '#codecs/rtp/payload/h264-depacketiser.ts';
import { NalUnitType, nalUnitType } from '#codecs/rtp/payload/h264-nal-unit.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import { MAXIMUM_FRAME_LENGTH } from '#codecs/rtp/payload/video-payload.ts';
import { readIvf } from '#codecs/vectors/ivf.ts';
import { capturedDatagrams } from '#conformance/fuzz/captured.ts';
import { inRuns, readSequence, writeSequence } from '#conformance/fuzz/packet-sequence.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';

const CLIP = new URL('../../../codecs/vectors/h264-slices.ivf', import.meta.url);
const START_CODE = Buffer.from([0, 0, 0, 1]);
/** All parameter sets that are remembered, put before a key frame. */
const PARAMETER_SETS = (32 + 256) * (1024 + START_CODE.length);
const PACKET = 100;

/** Packets of the clip's first pictures, small ones so that all packet types are there. */
function clip(): Buffer[] {
  return ([0, 1] as const).flatMap((packetizationMode) => {
    const packetiser = new H264Packetiser({ packetizationMode, maximumPayload: packetizationMode === 0 ? 1500 : 200 });
    return readIvf(readFileSync(CLIP))
      .slice(0, 4)
      .map((frame, index) =>
        writeSequence(packetiser.packetise(frame.subarray(0, 1500)).map((packet) => ({ ...packet, timestamp: index }))),
      );
  });
}

/** The smallest captured packets: parameter sets, beginnings and ends of pictures. */
function captured(): Buffer[] {
  const packets = capturedDatagrams().flatMap(({ payload }) =>
    isRtcp(payload) ? [] : (parseRtpPacket(payload) ?? []),
  );
  const video = packets.filter(({ payloadType, payload }) => payloadType >= 96 && payload.length > 0);
  return inRuns(
    video.map((packet) => ({ ...packet, payload: packet.payload.subarray(0, PACKET) })),
    24,
  )
    .slice(0, 12)
    .map(writeSequence);
}

/** Pictures are no longer than their packets make them, keep no datagram in memory, and come out as they were sent. */
export const target: FuzzTarget = {
  title: 'RTP payloads to H.264 access units, and back',
  maximumLength: 16_384,
  seeds: () => [...clip(), ...captured()],
  dictionary: [
    // Lengths and first octets: IDR, parameter sets, delimiter, STAP-A, FU-A beginning and end, what mode 1 does not know.
    ...['800003658880', '00000367420014', '00000368ce38', '0000020910', '000008780003674200000268ce'],
    ...['0000047c8588', '8000047c4500', '0000047c0500', '0000037900', '0000037a00', '0000037d00', '00000001', '000003'],
  ].map((octets) => Buffer.from(octets, 'hex')),
  examine(input) {
    const depacketiser = new H264Depacketiser();
    let octets = 0;
    for (const { packet, lostBefore } of readSequence(input)) {
      octets += packet.payload.length;
      for (const frame of depacketiser.push(packet, lostBefore)) {
        assert.ok(frame.data.subarray(0, 4).equals(START_CODE), 'a picture begins with a start code');
        assert.ok(frame.data.length <= Math.min(MAXIMUM_FRAME_LENGTH, 6 * octets) + PARAMETER_SETS);
        assert.ok(frame.data.buffer !== input.buffer, 'a picture is no view of a datagram');
        packetise(frame.data);
      }
    }
  },
};

/** Sends a picture on, in both modes, and puts what can be sent in mode 1 together again. */
function packetise(frame: Buffer): void {
  for (const packetizationMode of [0, 1] as const) {
    const packetiser = new H264Packetiser({ packetizationMode, maximumPayload: 64 });
    const packets = packetiser.packetise(frame);
    assert.ok(packets.every(({ payload }) => payload.length > 0 && payload.length <= 64));
    assert.equal(packets.filter(({ marker }) => marker).length, Math.min(1, packets.length));
    if (packetizationMode === 0) continue;
    // What another depacketiser makes of it holds the same units, but for those that it leaves out or takes for packets.
    const units = splitAnnexB(frame);
    if (!units.every(isPlain)) continue;
    const again = new H264Depacketiser();
    const pictures = packets.flatMap((packet, index) =>
      again.push({ ...packet, payloadType: 96, sequenceNumber: index & 0xffff, timestamp: 1, ssrc: 1 }, 0),
    );
    assert.ok(pictures[0]?.data.equals(joinAnnexB(units)), 'a picture that was sent comes out as it was');
  }
}

/** Whether a unit is one that every depacketiser takes as it is: a slice, or parameter sets in their usual order. */
function isPlain(unit: Buffer, index: number): boolean {
  const header = unit[0] ?? 0;
  const type = nalUnitType(unit);
  const isParameterSet =
    type === NalUnitType.SEQUENCE_PARAMETER_SET || (type === NalUnitType.PICTURE_PARAMETER_SET && index > 0);
  const isWholeSlice = (type === NalUnitType.NON_IDR_SLICE || type === NalUnitType.IDR_SLICE) && unit.length >= 2;
  return (header & 0x80) === 0 && (isParameterSet || isWholeSlice);
}
