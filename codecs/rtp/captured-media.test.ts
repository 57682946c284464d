import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { parseRtcp, type RtcpPacket } from '#codecs/rtcp/packet.ts';
import { type CapturedDatagram, readUdpDatagrams } from '#codecs/vectors/pcap.ts';
import { isRtcp, parseRtpPacket, type RtpPacket } from './packet.ts';
import { splitAnnexB } from './payload/annex-b.ts';
import { H261Depacketiser } from './payload/h261-depacketiser.ts';
import { findH261Macroblocks, type H261Macroblock } from './payload/h261-macroblocks.ts';
import { H264Depacketiser } from './payload/h264-depacketiser.ts';
import { parseSequenceParameterSet } from './payload/h264-parameter-sets.ts';
import { startCodePositions } from './payload/start-codes.ts';
import type { EncodedFrame, VideoDepacketiser } from './payload/video-payload.ts';
import { ReceptionStatistics } from './reception-statistics.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { SourceTracker } from './source-validation.ts';

function capture(name: string): CapturedDatagram[] {
  return readUdpDatagrams(readFileSync(join(import.meta.dirname, '../vectors/captures', name)));
}

interface Arrival {
  readonly packet: RtpPacket;
  readonly time: number;
}

/** The RTP packets that were sent from a port. */
function rtpFrom(datagrams: readonly CapturedDatagram[], port: number): Arrival[] {
  return datagrams.flatMap(({ source, payload, time }) => {
    const packet = source.port === port && !isRtcp(payload) ? parseRtpPacket(payload) : undefined;
    return packet ? [{ packet, time }] : [];
  });
}

/** The whole way from the line to pictures. */
function receive(
  arrivals: readonly Arrival[],
  depacketiser: VideoDepacketiser = new H264Depacketiser(),
): { frames: EncodedFrame[]; statistics: ReceptionStatistics } {
  const tracker = new SourceTracker();
  const buffer = new ReorderBuffer({ maxWaitMs: 100 });
  const statistics = new ReceptionStatistics(90000);
  const frames: EncodedFrame[] = [];
  for (const { packet, time } of arrivals) {
    for (const accepted of tracker.decide(packet, time).packets) {
      statistics.received(accepted, time);
      buffer.push(accepted, time);
    }
    for (const { packet: next, lostBefore } of buffer.pop(time).packets) {
      frames.push(...depacketiser.push(next, lostBefore));
    }
  }
  return { frames, statistics };
}

function sizes(frames: readonly EncodedFrame[]): string[] {
  return frames.flatMap(({ data }) =>
    splitAnnexB(data).flatMap((unit) => {
      const sps = parseSequenceParameterSet(unit);
      return sps ? [`${sps.width}x${sps.height}`] : [];
    }),
  );
}

describe('captured H.264', () => {
  const streams: [name: string, file: string, port: number, frames: number, sizes: string[]][] = [
    ['baresip, caller', 'baresip-opus-h264.pcap', 31342, 55, ['640x360', '640x360']],
    ['baresip, called', 'baresip-opus-h264.pcap', 30356, 55, ['640x360']],
    ['baresip to Linphone', 'linphone-opus-h264.pcap', 31214, 48, ['640x360', '640x360']],
    ['Linphone to baresip', 'linphone-opus-h264.pcap', 33182, 2, ['572x468']],
  ];
  for (const [name, file, port, count, expectedSizes] of streams) {
    it(`is put together: ${name}`, () => {
      const arrivals = rtpFrom(capture(file), port);
      const { frames, statistics } = receive(arrivals);
      assert.equal(frames.length, count);
      assert.equal(frames[0]?.isKeyFrame, true);
      assert.ok(frames.every(({ isCorrupt }) => !isCorrupt));
      assert.deepEqual(sizes(frames), expectedSizes);
      assert.equal(frames.filter(({ isKeyFrame }) => isKeyFrame).length, expectedSizes.length);
      assert.equal(statistics.counters.packets, arrivals.length);
      assert.equal(statistics.counters.lost, 0);
      assert.ok(statistics.jitterMs < 40, `${statistics.jitterMs} ms of jitter`);
    });

    it(`is marked where a packet is taken away: ${name}`, () => {
      const arrivals = rtpFrom(capture(file), port);
      const withPicture = arrivals.findIndex(({ packet }) => packet.payload.length > 100);
      const { frames } = receive(arrivals.toSpliced(withPicture, 1));
      assert.equal(frames[0]?.isCorrupt, true);
    });
  }
});

function macroblockAt(macroblocks: readonly H261Macroblock[], position: number): H261Macroblock | undefined {
  return macroblocks.find((macroblock) => macroblock.position === position);
}

describe('captured H.261', () => {
  const arrivals = rtpFrom(capture('h323plus-h261.pcap'), 43002).filter(({ packet }) => packet.payloadType === 31);

  async function sizesOf(frames: readonly EncodedFrame[]): Promise<string[]> {
    const decoder = await VideoDecoder.open('H261');
    const sizes: string[] = [];
    for (const { data } of frames) {
      const picture = await decoder.decode(data);
      sizes.push(`${picture?.width}x${picture?.height}`);
      picture?.free();
    }
    await decoder.close();
    return sizes;
  }

  it('of parts that begin within octets is put together and decoded', async () => {
    const pictures = receive(arrivals, new H261Depacketiser()).frames;
    assert.equal(pictures.length, 26);
    assert.ok(pictures.every(({ isCorrupt }) => !isCorrupt));
    // The encoder leaves out macroblocks that have not changed.
    assert.equal(pictures.filter(({ isKeyFrame }) => isKeyFrame).length, 20);
    assert.deepEqual(await sizesOf(pictures), new Array(26).fill('352x288'));
  });

  it('has the macroblocks that the headers of its packets tell of', () => {
    let compared = 0;
    for (const ofPicture of Map.groupBy(arrivals, ({ packet }) => packet.timestamp).values()) {
      const depacketiser = new H261Depacketiser();
      const [picture] = ofPicture.flatMap(({ packet }) => depacketiser.push(packet, 0));
      if (!picture) continue; // the last one is cut off
      const macroblocks = findH261Macroblocks(picture.data, startCodePositions(picture.data, 15)) ?? [];
      let position = 0;
      for (const { packet } of ofPicture) {
        const header = Buffer.from(packet.payload).readUInt32BE(0);
        const [sbit, ebit] = [header >>> 29, (header >>> 26) & 0x07];
        const [group, address, quantiser] = [(header >> 20) & 0x0f, ((header >> 15) & 0x1f) + 1, (header >> 10) & 0x1f];
        if (group !== 0) {
          const found = macroblockAt(macroblocks, position);
          assert.deepEqual([found?.group, found?.before.address, found?.before.quantiser], [group, address, quantiser]);
          compared += 1;
        }
        position += (packet.payload.length - 4) * 8 - sbit - ebit;
      }
    }
    assert.ok(compared > 100, `${compared} compared`);
  });

  it('is marked where a packet is taken away', () => {
    for (const lost of [0, 3, 7]) {
      const [frame] = receive(arrivals.toSpliced(lost, 1), new H261Depacketiser()).frames;
      assert.equal(frame?.isCorrupt, lost !== 0 || frame?.isKeyFrame === false);
    }
  });
});

describe('captured RTCP', () => {
  function rtcpOf(file: string): RtcpPacket[] {
    return capture(file).flatMap(({ payload, source }) => {
      // Not multiplexed here: odd ports carry RTCP, and STUN of a peer that tries ICE.
      if (source.port % 2 === 0 || !isRtcp(payload)) return [];
      const packets = parseRtcp(payload);
      assert.ok(packets);
      return packets;
    });
  }

  it('is read: baresip, a PLI alone among packets of its own', () => {
    const types = rtcpOf('baresip-opus-h264.pcap').map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'pli').length, 1);
    assert.ok(types.every((type) => type === 'pli' || type === 'unknown'));
  });

  it('is read: Linphone, reports with canonical names and a goodbye', () => {
    const packets = rtcpOf('linphone-opus-h264.pcap');
    const reports = packets.filter((packet) => packet.type === 'sender-report');
    assert.equal(reports.length, 7);
    assert.ok(reports.every(({ packetCount, octetCount }) => packetCount < 1000 && octetCount < 1_000_000));
    const names = packets.flatMap((packet) => (packet.type === 'source-description' ? packet.chunks : []));
    assert.ok(names.every(({ cname }) => cname !== undefined && cname.length > 3));
    assert.equal(packets.filter(({ type }) => type === 'goodbye').length, 2);
    assert.equal(packets.filter(({ type }) => type === 'pli').length, 1);
  });
});
