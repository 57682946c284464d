import { writeRtpPacket } from '#codecs/rtp/packet.ts';
import type { Random } from '#signaling/sip/edge/mutation.ts';
import { damageMedia } from '../abuse/damage-media.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';

/** Octets of payload of a packet before it is damaged. */
const PAYLOAD = 300;

/** Sends so many damaged packets of its own sources on both streams, from its own ports, amid whatever is sent. */
export function sendDamaged({ media }: SimulatedHost, packets: number, random: Random): void {
  for (const kind of ['audio', 'video'] as const) {
    const stream = media.streams[kind];
    const payloadType = media.negotiated[kind]?.send.payloadType ?? 0;
    for (let count = 0; count < packets; count++) {
      const packet = writeRtpPacket({
        payloadType,
        marker: random() < 0.5,
        ssrc: stream.ssrc,
        sequenceNumber: Math.floor(random() * 0x1_0000),
        timestamp: stream.timestampOf(performance.now()),
        payload: Buffer.from(Array.from({ length: PAYLOAD }, () => Math.floor(random() * 256))),
      });
      stream.sendRaw('rtp', damageMedia(packet, random, [packet]));
    }
  }
}
