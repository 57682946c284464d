import { readIpv4Packets } from './pcap.ts';

/** One direction of a TCP connection. */
export interface CapturedStream {
  readonly source: { readonly address: string; readonly port: number };
  readonly destination: { readonly address: string; readonly port: number };
  /** New octets in their order, each time with the frame that brought the gap before them to a close. */
  readonly chunks: readonly { readonly frameNumber: number; readonly data: Buffer }[];
}

const TCP = 6;
const [FIN, SYN, RST] = [0x01, 0x02, 0x04] as const;

interface Segment {
  readonly key: string;
  readonly source: CapturedStream['source'];
  readonly destination: CapturedStream['destination'];
  readonly sequence: number;
  readonly flags: number;
  readonly data: Buffer;
}

/**
 * The octets of every TCP connection of a capture, a stream for each direction, in the order of their first frames: what comes again is
 * left out, what comes early waits for what is before it. A stream ends where octets are missing in the capture.
 */
export function readTcpStreams(file: Buffer): CapturedStream[] {
  const all: StreamOrder[] = [];
  const current = new Map<string, StreamOrder>();
  for (const { frameNumber, ip } of readIpv4Packets(file)) {
    const segment = tcpIn(ip);
    if (segment === undefined) continue;
    let stream = current.get(segment.key);
    // The same ports may be used for another connection later.
    if (stream === undefined || (segment.flags & SYN && stream.isOtherBeginning(segment))) {
      stream = new StreamOrder(segment);
      current.set(segment.key, stream);
      all.push(stream);
    }
    stream.push(segment, frameNumber);
  }
  return all.filter(({ chunks }) => chunks.length > 0);
}

class StreamOrder implements CapturedStream {
  readonly source: CapturedStream['source'];
  readonly destination: CapturedStream['destination'];
  readonly chunks: { frameNumber: number; data: Buffer }[] = [];
  readonly #first: number;
  /** Offset from the first octet that is expected next. */
  #next = 0;
  readonly #early = new Map<number, Buffer>();

  constructor({ source, destination, sequence, flags }: Segment) {
    this.source = source;
    this.destination = destination;
    this.#first = sequence + (flags & SYN ? 1 : 0);
  }

  isOtherBeginning({ sequence }: Segment): boolean {
    return ((sequence + 1 - this.#first) | 0) !== 0;
  }

  push({ sequence, flags, data }: Segment, frameNumber: number): void {
    if (data.length === 0 || flags & (SYN | RST)) return;
    const offset = (sequence - this.#first) | 0;
    const known = this.#early.get(offset);
    if (known === undefined || known.length < data.length) this.#early.set(offset, data);
    for (let segment = this.#takeNext(); segment !== undefined; segment = this.#takeNext()) {
      this.chunks.push({ frameNumber, data: segment });
      this.#next += segment.length;
    }
  }

  /** New octets that stand where the stream goes on. */
  #takeNext(): Buffer | undefined {
    for (const [offset, data] of this.#early) {
      if (offset > this.#next) continue;
      this.#early.delete(offset);
      const rest = data.subarray(this.#next - offset);
      if (rest.length > 0) return rest;
    }
    return undefined;
  }
}

function tcpIn(ip: Buffer): Segment | undefined {
  if (ip.length < 20 || ip.readUInt8(0) >> 4 !== 4 || ip.readUInt8(9) !== TCP) return undefined;
  const isFragment = (ip.readUInt16BE(6) & 0x3fff) !== 0;
  const start = 4 * (ip.readUInt8(0) & 0x0f);
  const end = ip.readUInt16BE(2);
  if (isFragment || end > ip.length || end < start + 20) return undefined;
  const tcp = ip.subarray(start, end);
  const headerLength = 4 * (tcp.readUInt8(12) >> 4);
  if (headerLength < 20 || headerLength > tcp.length) return undefined;
  const source = { address: ip.subarray(12, 16).join('.'), port: tcp.readUInt16BE(0) };
  const destination = { address: ip.subarray(16, 20).join('.'), port: tcp.readUInt16BE(2) };
  return {
    key: `${source.address}:${source.port} ${destination.address}:${destination.port}`,
    source,
    destination,
    sequence: tcp.readUInt32BE(4),
    flags: tcp.readUInt8(13) & (FIN | SYN | RST),
    data: tcp.subarray(headerLength),
  };
}
