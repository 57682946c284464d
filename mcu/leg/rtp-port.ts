import { createSocket, type Socket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { isRtcp } from '#codecs/rtp/packet.ts';
import { isNobody } from './transport-address.ts';

/** What arrives at an RtpPort. */
export interface RtpPortInput {
  rtp(datagram: Buffer, from: TransportAddress): void;
  rtcp(datagram: Buffer, from: TransportAddress): void;
}

/** A burst of key frames from several rooms must not overflow the kernel's queue, bytes. */
const RECEIVE_BUFFER = 1 << 20;

/** The two UDP sockets of a stream: RTP, and RTCP on the next port. RTCP that comes multiplexed (RFC 5761) is told apart. */
export class RtpPort {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #closed = false;

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  /** Binds `local.port` and the next one. Rejects with the system's error when one is taken. */
  static async bind(local: TransportAddress, input: RtpPortInput): Promise<RtpPort> {
    const rtp = open(local.address);
    const rtcp = open(local.address);
    try {
      await bindSocket(rtp, local.address, local.port);
      await bindSocket(rtcp, local.address, local.port + 1);
    } catch (error) {
      rtp.close();
      rtcp.close();
      throw error;
    }
    const port = new RtpPort(rtp, rtcp);
    rtp.on('message', (datagram, { address, port: from }) => {
      if (isRtcp(datagram)) {
        input.rtcp(datagram, { address, port: from });
      } else {
        input.rtp(datagram, { address, port: from });
      }
    });
    rtcp.on('message', (datagram, { address, port: from }) => input.rtcp(datagram, { address, port: from }));
    // A send to a port that is not there comes back as an error: the party's silence tells as much.
    rtp.on('error', () => undefined);
    rtcp.on('error', () => undefined);
    return port;
  }

  sendRtp(datagram: Buffer, to: TransportAddress): void {
    this.#send(this.#rtp, datagram, to);
  }

  /** `multiplexed`: from the RTP port (RFC 5761). */
  sendRtcp(datagram: Buffer, to: TransportAddress, multiplexed: boolean): void {
    this.#send(multiplexed ? this.#rtp : this.#rtcp, datagram, to);
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#rtp.close();
      this.#rtcp.close();
    }
  }

  #send(socket: Socket, datagram: Buffer, to: TransportAddress): void {
    if (!this.#closed && !isNobody(to)) {
      socket.send(datagram, to.port, to.address, () => undefined);
    }
  }
}

function open(address: string): Socket {
  return createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER,
    lookup: (literal, _family, found) => literalOnly(literal, found),
  });
}

/** Answers at once, where the system's look-up answers later: so a goodbye leaves before its socket closes. Names are not looked up. */
function literalOnly(literal: string, found: (error: Error | null, address: string, family: number) => void): void {
  const family = isIP(literal);
  found(family === 0 ? new Error('no IP literal') : null, literal, family);
}

function bindSocket(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
