import { type RawRtcpPacket, RtcpPacketType } from './header.ts';

/** RFC 3550 §6.5; only the canonical name is of use to us. */
export interface SourceDescription {
  readonly type: 'source-description';
  /** At most 31. */
  readonly chunks: readonly SourceDescriptionChunk[];
}

/** What is said of one source (RFC 3550 §6.5). */
export interface SourceDescriptionChunk {
  readonly ssrc: number;
  /** CNAME: what joins the streams of one sender for lip sync. At most 255 octets of UTF-8. */
  readonly cname?: string;
}

const END = 0;
const CNAME = 1;

/** Undefined when an item or a chunk is cut. */
export function parseSourceDescription({ body, count }: RawRtcpPacket): SourceDescription | undefined {
  const chunks: SourceDescriptionChunk[] = [];
  let offset = 0;
  for (let i = 0; i < count; i++) {
    if (offset + 4 > body.length) return undefined;
    const ssrc = body.readUInt32BE(offset);
    offset += 4;
    let cname: string | undefined;
    for (;;) {
      const type = body[offset];
      if (type === undefined) return undefined;
      if (type === END) break;
      const length = body[offset + 1];
      if (length === undefined || offset + 2 + length > body.length) return undefined;
      if (type === CNAME) cname = body.toString('utf8', offset + 2, offset + 2 + length);
      offset += 2 + length;
    }
    // The list ends with one zero octet or more, up to the next multiple of four.
    offset = (offset + 4) & ~3;
    chunks.push({ ssrc, ...(cname === undefined ? {} : { cname }) });
  }
  return { type: 'source-description', chunks };
}

/** @throws RangeError when a canonical name is longer than 255 octets. */
export function rawSourceDescription({ chunks }: SourceDescription): RawRtcpPacket {
  const parts = chunks.map(({ ssrc, cname }) => {
    const name = cname === undefined ? undefined : Buffer.from(cname, 'utf8');
    if (name && name.length > 255) throw new RangeError(`a canonical name of ${name.length} octets cannot be written`);
    const itemLength = name ? 2 + name.length : 0;
    const chunk = Buffer.alloc((4 + itemLength + 4) & ~3);
    chunk.writeUInt32BE(ssrc >>> 0, 0);
    if (name) {
      chunk[4] = CNAME;
      chunk[5] = name.length;
      chunk.set(name, 6);
    }
    return chunk;
  });
  return { packetType: RtcpPacketType.SOURCE_DESCRIPTION, count: chunks.length, body: Buffer.concat(parts) };
}
