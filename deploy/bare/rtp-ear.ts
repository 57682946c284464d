import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP port that counts the RTP packets of one payload type that come to it. */
export class RtpEar {
  readonly #socket = createSocket('udp4');
  readonly #payloadType: number;
  #packets = 0;

  constructor(payloadType: number) {
    this.#payloadType = payloadType;
    this.#socket.on('message', (packet) => {
      if (isRtp(packet, this.#payloadType)) this.#packets += 1;
    });
  }

  /** Binds it to a free port of an address. */
  async open(address: string): Promise<number> {
    this.#socket.bind(0, address);
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  get packets(): number {
    return this.#packets;
  }

  close(): void {
    this.#socket.close();
  }
}

/** Whether a datagram is an RTP packet of a payload type (RFC 3550 §5.1). */
export function isRtp(packet: Uint8Array, payloadType: number): boolean {
  const [first = 0, second = 0] = packet;
  return packet.length > 12 && first >> 6 === 2 && (second & 0x7f) === payloadType;
}
