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
/** With these four octets Tandberg's rooms keep a connection alive, not with an empty packet. */
const ODD_KEEP_ALIVE = Buffer.from([0, 3, 4, 0]);

/** Cuts what a TCP connection brings into packets (RFC 1006 §6, H.225.0 Appendix IV). Holds one packet at most, 64 KB. */
export class TpktReader {
  /** Begins with a packet that is not whole yet; grows with what comes, so that small pieces cost no more than large ones. */
  #held: Buffer = Buffer.alloc(0);
  #pending = 0;

  /** Octets of a packet that is not whole yet. */
  get pending(): number {
    return this.#pending;
  }

  /** The contents of the packets that `chunk` completes; empty ones keep a connection alive (RFC 1006) and are left out. Throws TpktError. */
  push(chunk: Buffer): Buffer[] {
    const packets: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      const whole = this.#pending === 0 ? lengthOf(rest) : undefined;
      if (whole !== undefined && rest.length >= whole) {
        packets.push(rest.subarray(HEADER, whole));
        rest = rest.subarray(whole);
        continue;
      }
      rest = this.#hold(rest);
      if (this.#pending === lengthOf(this.#held.subarray(0, this.#pending))) {
        packets.push(this.#held.subarray(HEADER, this.#pending));
        this.#held = Buffer.alloc(0);
        this.#pending = 0;
      }
    }
    return packets.filter(({ length }) => length > 0);
  }

  /** Copies what the header, or the packet, still lacks. @returns what is left */
  #hold(data: Buffer): Buffer {
    const wanted = lengthOf(this.#held.subarray(0, this.#pending)) ?? HEADER;
    const part = data.subarray(0, wanted - this.#pending);
    const length = this.#pending + part.length;
    if (length > this.#held.length) {
      const larger = Buffer.alloc(Math.min(wanted, Math.max(length, 2 * this.#held.length)));
      larger.set(this.#held.subarray(0, this.#pending));
      this.#held = larger;
    }
    this.#held.set(part, this.#pending);
    this.#pending = length;
    return data.subarray(part.length);
  }
}

/** Octets of the packet that begins here; undefined while its header is not whole. Throws TpktError where it is none. */
function lengthOf(data: Buffer): number | undefined {
  const version = data[0];
  if (version === undefined) {
    return undefined;
  }
  if (ODD_KEEP_ALIVE.subarray(0, data.length).equals(data.subarray(0, HEADER))) {
    return data.length < HEADER ? undefined : HEADER;
  }
  if (version !== VERSION) {
    throw new TpktError(version);
  }
  if (data.length < HEADER) {
    return undefined;
  }
  const length = data.readUInt16BE(2);
  if (length < HEADER) {
    throw new TpktError(version);
  }
  return length;
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
