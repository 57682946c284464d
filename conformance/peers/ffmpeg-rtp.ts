import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRtpPacket, type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';

const LOOPBACK = '127.0.0.1';
/** ms that FFmpeg has to end after its input. */
const END_TIMEOUT = 30_000;

/** Every packet that FFmpeg sends, in order, when it encodes a film with these options and packetises it. */
export async function packetsOfFfmpeg(film: string, options: readonly string[]): Promise<RtpPacket[]> {
  const socket = await boundSocket();
  const packets: RtpPacket[] = [];
  socket.on('message', (datagram) =>
    packets.push(...[parseRtpPacket(datagram)].filter((packet) => packet !== undefined)),
  );
  const { port } = socket.address();
  const target = `rtp://${LOOPBACK}:${port}?pkt_size=1000`;
  // Twice the rate of the film: as fast as can be would be faster than the socket is read.
  const ffmpeg = start(['-readrate', '2', '-i', film, ...options, '-f', 'rtp', target]);
  try {
    await ended(ffmpeg);
    await sleep(100);
  } finally {
    ffmpeg.kill('SIGKILL');
    socket.close();
  }
  return packets;
}

/** FFmpeg as a receiver: depacketises and decodes what is sent to it. */
export class FfmpegReceiver {
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #pictureLength: number;
  readonly #pictures: Buffer[] = [];
  #rest = Buffer.alloc(0);

  private constructor(process: ChildProcess, socket: Socket, port: number, pictureLength: number) {
    this.#process = process;
    this.#socket = socket;
    this.#port = port;
    this.#pictureLength = pictureLength;
    process.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** `format`: the value of a=rtpmap, payload type and name; `file`: where the description is written to. */
  static async open(format: string, file: string, width: number, height: number): Promise<FfmpegReceiver> {
    const socket = await boundSocket();
    // A port that was free a moment ago, even, with a free one behind it for RTCP.
    const port = await freePort();
    const sdp = ['v=0', `o=- 0 0 IN IP4 ${LOOPBACK}`, 's=-', `c=IN IP4 ${LOOPBACK}`, 't=0 0'];
    await writeFile(
      file,
      [...sdp, `m=video ${port} RTP/AVP ${format.split(' ')[0]}`, `a=rtpmap:${format}`, ''].join('\r\n'),
    );
    const input = [
      '-protocol_whitelist',
      'file,udp,rtp',
      '-analyzeduration',
      '500000',
      '-reorder_queue_size',
      '0',
      '-i',
      file,
    ];
    const process = start([...input, '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1']);
    return new FfmpegReceiver(process, socket, port, (width * height * 3) / 2);
  }

  /** The pictures that came out so far, as planes one behind the other. */
  get pictures(): readonly Buffer[] {
    return this.#pictures;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null;
  }

  send(packet: RtpPacket): void {
    this.#socket.send(writeRtpPacket(packet), this.#port, LOOPBACK);
  }

  async close(): Promise<void> {
    this.#socket.close();
    if (this.isRunning) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
  }

  #take(chunk: Buffer): void {
    const octets = Buffer.concat([this.#rest, chunk]);
    const count = Math.floor(octets.length / this.#pictureLength);
    for (let index = 0; index < count; index++) {
      this.#pictures.push(octets.subarray(index * this.#pictureLength, (index + 1) * this.#pictureLength));
    }
    this.#rest = octets.subarray(count * this.#pictureLength);
  }
}

function start(args: readonly string[]): ChildProcess {
  return spawn('ffmpeg', ['-nostdin', '-v', 'fatal', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function ended(process: ChildProcess): Promise<void> {
  const [code] = await once(process, 'exit', { signal: AbortSignal.timeout(END_TIMEOUT) });
  if (code !== 0) {
    throw new Error(`ffmpeg ended with ${code}`);
  }
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return socket;
}

async function freePort(): Promise<number> {
  for (;;) {
    const socket = await boundSocket();
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    if (port % 2 === 0) {
      return port;
    }
  }
}
