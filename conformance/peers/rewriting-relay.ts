import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Something between a room and the service that changes what the room says, as some session border controllers do. */
export class RewritingRelay {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Passes SIP over UDP between whoever sends to `local` and the service; bodies of the room's messages go through `rewrite`. `watch` is shown each datagram. */
  static async open(
    local: { address: string; port: number },
    service: { address: string; port: number },
    rewrite: (sdp: string) => string,
    watch: (message: string) => void = () => undefined,
  ): Promise<RewritingRelay> {
    const socket = createSocket('udp4');
    socket.bind(local.port, local.address);
    await once(socket, 'listening');
    let room: { address: string; port: number } | undefined;
    socket.on('message', (datagram, from) => {
      watch(datagram.toString('latin1'));
      if (from.address === service.address && from.port === service.port) {
        if (room !== undefined) {
          socket.send(datagram, room.port, room.address);
        }
        return;
      }
      room = from;
      socket.send(rewritten(datagram.toString('latin1'), rewrite), service.port, service.address);
    });
    return new RewritingRelay(socket);
  }

  close(): void {
    this.#socket.close();
  }
}

function rewritten(message: string, rewrite: (sdp: string) => string): Buffer {
  const end = message.indexOf('\r\n\r\n');
  const body = message.slice(end + 4);
  if (end < 0 || body === '') {
    return Buffer.from(message, 'latin1');
  }
  const changed = rewrite(body);
  const head = message.slice(0, end).replace(/^(Content-Length\s*:\s*)\d+/im, `$1${changed.length}`);
  return Buffer.from(`${head}\r\n\r\n${changed}`, 'latin1');
}

/** Leaves only the H.264 payload types of one packetization-mode in an offer. */
export function onlyPacketizationMode(mode: 0 | 1): (sdp: string) => string {
  return (sdp) => {
    const unwanted = [...sdp.matchAll(/^a=fmtp:(\d+) .*packetization-mode=(\d)/gm)]
      .filter(([, , signalled]) => signalled !== String(mode))
      .map(([, payloadType]) => payloadType);
    return sdp
      .split('\r\n')
      .filter(
        (line) => !unwanted.some((payloadType) => new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${payloadType} `).test(line)),
      )
      .map((line) =>
        line.startsWith('m=video')
          ? line
              .split(' ')
              .filter((word) => !unwanted.includes(word))
              .join(' ')
          : line,
      )
      .join('\r\n');
  };
}
