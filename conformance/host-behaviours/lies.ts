import { randomBytes, randomInt } from 'node:crypto';
import { type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { parseRtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import type { RtpStream } from '../host/rtp-stream.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';

/** Ways in which a host's packets contradict what was negotiated, or themselves. */
export type Lie =
  /** Well-formed packets with payload types that nobody negotiated. */
  | 'unknown payload types'
  /** The negotiated payload types with random octets in them, under an SSRC of their own. */
  | 'garbage of another source'
  /** The negotiated payload types with random octets in the host's own numbered packets. */
  | 'garbage of its own'
  /** Datagrams that are neither RTP nor RTCP: cut, empty, random. */
  | 'no packets at all'
  /** Reports about nobody, with times that cannot be, goodbyes of others, feedback for sources that are not there. */
  | 'wrong RTCP';

/** Every lie. */
export const LIES: readonly Lie[] = [
  'unknown payload types',
  'garbage of another source',
  'garbage of its own',
  'no packets at all',
  'wrong RTCP',
];

/** Tells a lie once on both streams, with ten packets for each: amid whatever is sent. */
export function lie({ media }: SimulatedHost, what: Lie): void {
  const { audio, video } = media.streams;
  const types = { audio: media.negotiated.audio?.send.payloadType, video: media.negotiated.video?.send.payloadType };
  for (let count = 0; count < 10; count++) {
    lieOn(audio, types.audio ?? 0, what);
    lieOn(video, types.video ?? 0, what);
  }
}

function lieOn(stream: RtpStream, payloadType: number, what: Lie): void {
  const garbage = randomBytes(randomInt(1, 1000));
  const timestamp = stream.timestampOf(performance.now());
  switch (what) {
    case 'unknown payload types':
      stream.sendAs({ payloadType: randomInt(20, 30), marker: false, payload: garbage, timestamp });
      break;
    case 'garbage of its own':
      stream.sendAs({ payloadType, marker: randomInt(2) === 1, payload: garbage, timestamp });
      break;
    case 'garbage of another source':
      stream.sendRaw(
        'rtp',
        writeRtpPacket({
          payloadType,
          marker: true,
          payload: garbage,
          timestamp,
          sequenceNumber: randomInt(0x1_0000),
          ssrc: randomInt(1, 2 ** 32),
        }),
      );
      break;
    case 'no packets at all':
      for (const datagram of [Buffer.alloc(0), Buffer.from([0x80]), garbage, cut(stream, payloadType)]) {
        stream.sendRaw('rtp', datagram);
        stream.sendRaw('rtcp', datagram);
      }
      break;
    case 'wrong RTCP':
      for (const datagram of wrongReports(stream.ssrc)) {
        stream.sendRaw('rtcp', datagram);
      }
      break;
  }
}

/** A packet that says it has more in it than it has. */
function cut({ ssrc }: RtpStream, payloadType: number): Buffer {
  const packet = writeRtpPacket({
    payloadType,
    marker: true,
    payload: Buffer.alloc(2, 0xff),
    timestamp: 0,
    sequenceNumber: 0,
    ssrc,
  });
  // Padding, an extension and contributing sources are announced; none of them is there.
  packet[0] = 0xbf;
  if (parseRtpPacket(packet) !== undefined) {
    throw new Error('this packet was meant to be wrong');
  }
  return packet;
}

function wrongReports(ssrc: number): Buffer[] {
  const nobody = randomInt(1, 2 ** 32);
  const block = {
    ssrc: nobody,
    fractionLost: 255,
    cumulativeLost: 0x7f_ffff,
    extendedHighestSequenceNumber: 0xffff_ffff,
    jitter: 0xffff_ffff,
    lastSenderReport: 0xffff_ffff,
    delaySinceLastSenderReport: 0,
  };
  const ntp = { seconds: randomInt(2 ** 32), fraction: 0xffff_ffff };
  const compounds: WritableRtcpPacket[][] = [
    [
      {
        type: 'sender-report',
        ssrc: nobody,
        ntp,
        rtpTimestamp: randomInt(2 ** 32),
        packetCount: 0,
        octetCount: 0xffff_ffff,
        reports: [block],
      },
    ],
    [{ type: 'goodbye', ssrcs: [nobody] }],
    [{ type: 'pli', senderSsrc: nobody, mediaSsrc: nobody }],
    [{ type: 'nack', senderSsrc: ssrc, mediaSsrc: nobody, sequenceNumbers: [1, 2, 3, 40_000] }],
    [{ type: 'remb', senderSsrc: ssrc, bitRate: 1, ssrcs: [nobody] }],
  ];
  return compounds.map((compound) => writeCompound(compound));
}
