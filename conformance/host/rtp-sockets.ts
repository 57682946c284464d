import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { isRtcp } from '#codecs/rtp/packet.ts';

/** What arrives. */
export interface DatagramInput {
  rtp(datagram: Buffer): void;
  rtcp(datagram: Buffer): void;
}

/** Ports that are tried, in steps of two (RFC 3550 §11): below the ports that systems hand out by themselves. */
const FIRST_PORT = 12_000;
const LAST_PORT = 19_998;
/** Bytes: a key frame comes all at once. */
const RECEIVE_BUFFER = 1 << 20;

let nextPort = FIRST_PORT;

/** The two UDP sockets of an RTP session, on an even port and the one after it. */
export class RtpSockets {
  readonly local: TransportAddress;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #closed = false;

  private constructor(local: TransportAddress, rtp: Socket, rtcp: Socket) {
    this.local = local;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
  }

  /** Binds two neighbouring ports of `address` that are free. Rejects when none are. */
  static async open(address: string, input: DatagramInput): Promise<RtpSockets> {
    for (let tries = 0; tries <= (LAST_PORT - FIRST_PORT) / 2; tries++) {
      const port = nextPort;
      nextPort = port >= LAST_PORT ? FIRST_PORT : port + 2;
      const rtp = await tryBind(address, port);
      const rtcp = rtp === undefined ? undefined : await tryBind(address, port + 1);
      if (rtp === undefined || rtcp === undefined) {
        rtp?.close();
        continue;
      }
      rtp.on('message', (datagram) => (isRtcp(datagram) ? input.rtcp(datagram) : input.rtp(datagram)));
      rtcp.on('message', (datagram) => input.rtcp(datagram));
      return new RtpSockets({ address, port }, rtp, rtcp);
    }
    throw new Error(`no two neighbouring ports are free on ${address}`);
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
    if (!this.#closed) {
      socket.send(datagram, to.port, to.address, () => undefined);
    }
  }
}

/** Resolves to undefined when the port is taken. Rejects with any other error of the system. */
function tryBind(address: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      if ('code' in error && error.code === 'EADDRINUSE') {
        resolve(undefined);
      } else {
        reject(error);
      }
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // What nobody takes comes back as an error: the far side's business.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
