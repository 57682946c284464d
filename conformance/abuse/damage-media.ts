import { parseRtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import type { Random } from '#signaling/sip/edge/mutation.ts';
import { mutateBlindly } from '../fuzz/mutate.ts';

/** The longest datagram that is made, bytes. */
const LONGEST = 3000;

/**
 * Damages an RTP, RTCP, STUN or DTLS datagram: octets, lengths and pieces changed; of RTP also by its fields: a source, number or
 * time of its own in each packet, header bits that promise what is not there.
 * @param seed stays as it is
 * @param random numbers in [0, 1); the result depends on nothing else
 * @param others datagrams to take pieces from
 */
export function damageMedia(seed: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const packet = parseRtpPacket(seed);
  const kind = random();
  if (packet === undefined || kind < 0.6) {
    return mutateBlindly(seed, { random, dictionary: [], others, maximumLength: LONGEST });
  }
  if (kind < 0.7) {
    const promising = Buffer.from(seed);
    promising[0] = 0x80 | below(random, 0x40);
    return promising;
  }
  return writeRtpPacket({
    ...packet,
    ...(random() < 0.5 ? { ssrc: below(random, 2 ** 32) } : {}),
    ...(random() < 0.5 ? { timestamp: below(random, 2 ** 32) } : {}),
    sequenceNumber: below(random, 0x1_0000),
    marker: random() < 0.5,
    payload: random() < 0.2 ? Buffer.alloc(0) : packet.payload,
  });
}

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}
