import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { currentTestNetwork } from '../network/test-network.ts';

/** A SIP message that came, read with as little understanding as possible. */
export interface HeardMessage {
  /** When it came, ms. */
  readonly at: number;
  readonly text: string;
  /** Status of a response, 0 for a request. */
  readonly status: number;
  /** Of the request, or of the CSeq of the response. */
  readonly method: string;
  /** Number in CSeq. */
  readonly sequence: number;
}

interface Wire {
  readonly port: number;
  readonly send: (bytes: Buffer) => void;
  readonly close: () => void;
}

/** A line to the service that carries exactly the bytes it is given: nothing is repeated, answered or cut by itself. */
export class RoomLine {
  readonly protocol: 'UDP' | 'TCP';
  readonly address = currentTestNetwork().room.address;
  /** Everything that came and was not taken by `next`, in order. */
  readonly unread: HeardMessage[] = [];
  /** The far side closed the connection. */
  closedByPeer = false;
  #wire: Wire | undefined;
  #held = '';

  private constructor(protocol: 'UDP' | 'TCP') {
    this.protocol = protocol;
  }

  /** A UDP socket on any free port. */
  static async udp(service: { address: string; sipPort: number }): Promise<RoomLine> {
    const line = new RoomLine('UDP');
    const socket = createSocket('udp4');
    socket.bind(0, line.address);
    await once(socket, 'listening');
    socket.on('message', (bytes) => line.#take(bytes.toString('latin1')));
    line.#wire = {
      port: socket.address().port,
      send: (bytes) => socket.send(bytes, service.sipPort, service.address),
      close: () => socket.close(),
    };
    return line;
  }

  /** A new TCP connection. Every `send` leaves as a segment of its own if the last one has left. */
  static async tcp(service: { address: string; sipPort: number }): Promise<RoomLine> {
    const line = new RoomLine('TCP');
    const socket = connect({ host: service.address, port: service.sipPort, localAddress: line.address, noDelay: true });
    await once(socket, 'connect');
    socket.on('data', (bytes) => line.#stream(bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      line.closedByPeer = true;
    });
    line.#wire = {
      port: socket.localPort ?? 0,
      send: (bytes) => socket.write(bytes),
      close: () => socket.destroy(),
    };
    return line;
  }

  get port(): number {
    return this.#wire?.port ?? 0;
  }

  send(text: string): void {
    this.#wire?.send(Buffer.from(text, 'latin1'));
  }

  /** The next message that fits, whatever came before it; rejects with all that came where there is none in time. */
  async next(what: string, fits: (message: HeardMessage) => boolean, timeout = 4000): Promise<HeardMessage> {
    const deadline = performance.now() + timeout;
    for (;;) {
      const index = this.unread.findIndex(fits);
      const [found] = index < 0 ? [] : this.unread.splice(index, 1);
      if (found !== undefined) {
        return found;
      }
      if (performance.now() > deadline) {
        throw new Error(
          `no ${what} within ${timeout} ms; there came:\n${this.unread.map(({ text }) => text).join('\n')}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The next final response to a request with this number in CSeq. */
  final(method: string, sequence: number, timeout?: number): Promise<HeardMessage> {
    return this.next(
      `final response to ${sequence} ${method}`,
      (message) => message.status >= 200 && message.method === method && message.sequence === sequence,
      timeout,
    );
  }

  /** The next request of this method. */
  request(method: string, timeout?: number): Promise<HeardMessage> {
    return this.next(method, (message) => message.status === 0 && message.method === method, timeout);
  }

  close(): void {
    this.#wire?.close();
  }

  #take(text: string): void {
    const [start = ''] = text.split('\r\n', 1);
    const [, sequence, method = ''] = /^CSeq:\s*(\d+)\s+(\S+)/im.exec(text) ?? [];
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(start)?.[1] ?? 0);
    this.unread.push({ at: performance.now(), text, status, method, sequence: Number(sequence ?? 0) });
  }

  #stream(chunk: string): void {
    this.#held = `${this.#held}${chunk}`.replace(/^(\r\n)+/, '');
    for (;;) {
      const end = this.#held.indexOf('\r\n\r\n');
      const length = Number(/^(?:Content-Length|l):\s*(\d+)/im.exec(this.#held.slice(0, end))?.[1] ?? 0);
      const whole = end + 4 + length;
      if (end < 0 || this.#held.length < whole) {
        return;
      }
      this.#take(this.#held.slice(0, whole));
      this.#held = this.#held.slice(whole).replace(/^(\r\n)+/, '');
    }
  }
}

/** The value of a header of a message; empty where there is none. */
export function headerOf(message: HeardMessage, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(message.text)?.[1]?.trim() ?? '';
}
