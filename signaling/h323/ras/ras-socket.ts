import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4, isIPv6 } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { localAddressTowards } from '../../network/local-address.ts';
import { plainAddress } from '../../network/plain-address.ts';

/** RAS's port of gatekeepers, and where a gatekeeper is looked for by all (H.225.0, appendix IV). */
export const RAS_PORT = 1719;
/** Multicast group and port where gatekeepers are looked for. */
export const DISCOVERY: TransportAddress = { address: '224.0.1.41', port: 1718 };

/** Ways to peers that are remembered, so that not every datagram asks the kernel. */
const MOST_WAYS = 4096;
/** Datagrams that wait for their way; more are dropped. */
const MOST_WAITING = 1000;

/** A datagram, and the address of ours that its sender reaches. */
export interface ReceivedDatagram {
  readonly data: Uint8Array;
  readonly from: TransportAddress;
  readonly localAddress: string;
}

/** A UDP socket for RAS. */
export class RasSocket {
  readonly #socket: Socket;
  readonly #bound: TransportAddress;
  readonly #ways = new Map<string, string>();
  #waiting = 0;
  #isClosed = false;

  private constructor(socket: Socket, bound: TransportAddress) {
    this.#socket = socket;
    this.#bound = bound;
  }

  /**
   * Opens a socket at `listen`; port 0 for any. With `multicast` datagrams to that group are taken as well. Rejects where the port is
   * taken.
   */
  static async open(
    listen: TransportAddress,
    received: (datagram: ReceivedDatagram) => void,
    multicast?: string,
  ): Promise<RasSocket> {
    const socket = createSocket({ type: isIPv6(listen.address) ? 'udp6' : 'udp4', reuseAddr: multicast !== undefined });
    const listening = once(socket, 'listening');
    socket.bind({ address: listen.address, port: listen.port });
    await listening;
    if (multicast !== undefined) {
      socket.addMembership(multicast);
    }
    const { address, port } = socket.address();
    const opened = new RasSocket(socket, { address, port });
    // ICMP errors of peers that are gone: the requests to them run out.
    socket.on('error', () => undefined);
    socket.on('message', (data, { address: source, port: from }) => {
      opened.#onMessage(data, { address: plainAddress(source), port: from }, received);
    });
    return opened;
  }

  get address(): TransportAddress {
    return this.#bound;
  }

  send(data: Buffer, { address, port }: TransportAddress): void {
    if (!this.#isClosed) {
      // A socket of both families knows an IPv4 address as one mapped into IPv6 (RFC 4291 §2.5.5.2).
      const place = isIPv6(this.#bound.address) && isIPv4(address) ? `::ffff:${address}` : address;
      this.#socket.send(data, port, place, () => undefined);
    }
  }

  /** Resolves when what was sent has left. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      const closed = once(this.#socket, 'close');
      setImmediate(() => this.#socket.close());
      await closed;
    }
  }

  #onMessage(data: Buffer, from: TransportAddress, received: (datagram: ReceivedDatagram) => void): void {
    const known = this.#ways.get(from.address);
    if (known !== undefined) {
      received({ data, from, localAddress: known });
      return;
    }
    if (this.#waiting >= MOST_WAITING) {
      return;
    }
    this.#waiting += 1;
    localAddressTowards(from.address)
      .then(
        (localAddress) => {
          this.#remember(from.address, localAddress);
          if (!this.#isClosed) {
            received({ data, from, localAddress });
          }
        },
        // No way back: nobody to answer.
        () => undefined,
      )
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  #remember(remote: string, local: string): void {
    if (this.#ways.size >= MOST_WAYS) {
      const [oldest = remote] = this.#ways.keys();
      this.#ways.delete(oldest);
    }
    this.#ways.set(remote, local);
  }
}
