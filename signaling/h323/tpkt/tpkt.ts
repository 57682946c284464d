/** The octets on a connection are no TPKT packets: nothing that follows can be read. */
export class TpktError extends Error {
  constructor(octet: number) {
    super(`not a TPKT packet: it begins with ${octet}`);
    this.name = 'TpktError';
  }
}

const VERSION = 3;
const HEADER = 4;
const LONGEST = 0xffff;

/** Cuts what a TCP connection brings into packets (RFC 1006 §6, H.225.0 Appendix IV). Holds one packet at most, 64 KB. */
export class TpktReader {
  #held: Buffer = Buffer.alloc(0);

  /** Octets of a packet that is not whole yet. */
  get pending(): number {
    return this.#held.length;
  }

  /** The contents of the packets that `chunk` completes; empty ones keep a connection alive (RFC 1006) and are left out. Throws TpktError. */
  push(chunk: Buffer): Buffer[] {
    const packets: Buffer[] = [];
    let data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (data.length > 0) {
      const version = data.readUInt8(0);
      if (version !== VERSION) {
        throw new TpktError(version);
      }
      if (data.length < HEADER) {
        break;
      }
      const length = data.readUInt16BE(2);
      if (length < HEADER) {
        throw new TpktError(version);
      }
      if (data.length < length) {
        break;
      }
      if (length > HEADER) {
        packets.push(data.subarray(HEADER, length));
      }
      data = data.subarray(length);
    }
    // A copy: what is held must not keep the whole chunk.
    this.#held = Buffer.from(data);
    return packets;
  }
}

/** One packet. Throws RangeError where the contents are longer than a packet can be. */
export function writeTpkt(contents: Uint8Array): Buffer {
  const length = HEADER + contents.length;
  if (length > LONGEST) {
    throw new RangeError(`${contents.length} octets do not go into a TPKT packet`);
  }
  const packet = Buffer.alloc(length);
  packet.writeUInt8(VERSION, 0);
  packet.writeUInt16BE(length, 2);
  packet.set(contents, HEADER);
  return packet;
}
