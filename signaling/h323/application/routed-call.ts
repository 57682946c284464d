import { connect } from 'node:net';
import type { TransportAddress } from '#codecs/media/description.ts';
import { PacketConnection } from '../transport/packet-connection.ts';

/** The further half of a call that is passed on from one room to another. */
export interface RoutedCallOptions {
  /** Where the called room takes calls. */
  readonly to: TransportAddress;
  /** Our own address towards it; undefined for any. */
  readonly localAddress: string | undefined;
  /** Takes what the called room sends. */
  readonly back: (packet: Buffer) => void;
  /** The called room's connection is gone, or never came to be. Told once. */
  readonly closed: (wasOpen: boolean) => void;
}

/** ms that the called room has to take the connection. */
const CONNECT_TIME = 8000;

/**
 * A call between two registered rooms whose signalling goes through us (H.323 §7.4, gatekeeper routed): its packets are passed on as
 * they are, on a connection of their own, so that references need no change. H.245 and media go from room to room.
 */
export class RoutedCall {
  readonly #connection: PacketConnection;
  #isOpen = false;

  constructor({ to, localAddress, back, closed }: RoutedCallOptions) {
    const socket = connect({
      host: to.address,
      port: to.port,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const late = setTimeout(() => socket.destroy(), CONNECT_TIME);
    socket.once('connect', () => {
      this.#isOpen = true;
      clearTimeout(late);
    });
    this.#connection = new PacketConnection(socket, {
      packet: back,
      closed: () => {
        clearTimeout(late);
        closed(this.#isOpen);
      },
    });
  }

  /** Passes a packet of the caller on; before the connection stands it waits. */
  forward(packet: Buffer): void {
    this.#connection.send(packet);
  }

  /** The caller is gone. */
  close(): void {
    this.#connection.end();
  }
}
