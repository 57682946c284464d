import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeRtpPacket } from '#codecs/rtp/packet.ts';
import type { PretendedSource } from './media-seeds.ts';

/** Packets of a probe to a port for each source: in sequence, yet fewer than prove a stranger. */
const IN_SEQUENCE = 3;
/** ms between two ports' packets: a row must find place in the receive buffers. */
const BEAT = 2;

/** Sends what draws media out of servers that follow whoever sends, and counts what comes back. */
export class BleedProber {
  readonly #socket: Socket;
  #sent = 0;
  #received = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', () => {
      this.#received += 1;
    });
    socket.on('error', () => undefined);
  }

  /** Rejects with the system's error. */
  static async open(address: string): Promise<BleedProber> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, address, resolve);
    });
    return new BleedProber(socket);
  }

  /** Where it probes from. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Datagrams sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Datagrams that came back so far. */
  get received(): number {
    return this.#received;
  }

  /** Sends to every port from `first` to `last`: nothing, one octet, a STUN request, and RTP as each of these sources. */
  async probe(address: string, first: number, last: number, sources: readonly PretendedSource[]): Promise<void> {
    const stun = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
    for (let port = first; port <= last; port++) {
      const packets = sources.flatMap((source) =>
        Array.from({ length: IN_SEQUENCE }, (_, index) =>
          writeRtpPacket({
            ...source,
            marker: false,
            sequenceNumber: 1 + index,
            timestamp: 160 * index,
            payload: Buffer.alloc(160, 0xd5),
          }),
        ),
      );
      for (const datagram of [Buffer.alloc(0), Buffer.from([0x80]), stun, ...packets]) {
        this.#sent += 1;
        this.#socket.send(datagram, port, address, () => undefined);
      }
      await sleep(BEAT);
    }
  }

  close(): void {
    this.#socket.close();
  }
}
