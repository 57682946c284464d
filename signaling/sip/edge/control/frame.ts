/** The most digits of a length: payloads of clients stay below 100 000 bytes. */
const MAX_LENGTH_DIGITS = 5;

const HASH = 0x23;

/** A frame as it goes over the wire: the number of bytes, `#`, the payload. */
export function encodeFrame(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${payload.length}#`), payload]);
}

/**
 * A frame whose payload is a leader line and the SIP text that follows it.
 * @param leader one character per byte
 */
export function writeFrame(leader: string, text?: Buffer): Buffer {
  if (text === undefined) return Buffer.from(`${leader.length}#${leader}`, 'latin1');
  const head = `${leader.length + 2 + text.length}#${leader}\r\n`;
  const frame = Buffer.allocUnsafe(head.length + text.length);
  frame.write(head, 'latin1');
  frame.set(text, head.length);
  return frame;
}

/** Thrown by `FrameReader` when the stream is no sequence of frames; it cannot be read on. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Cuts a byte stream into the payloads of frames. Holds at most one frame beside the last bytes read. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes in.
   * @returns the payloads they complete, in order
   * @throws FrameError at a length that is missing, malformed or too large
   */
  push(chunk: Buffer): Buffer[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const payloads: Buffer[] = [];
    for (let frame = readFrame(this.#held); frame !== undefined; frame = readFrame(this.#held)) {
      payloads.push(this.#held.subarray(frame.start, frame.end));
      this.#held = this.#held.subarray(frame.end);
    }
    return payloads;
  }
}

/** Where the payload of the first frame stands; undefined while it is not whole. */
function readFrame(held: Buffer): { start: number; end: number } | undefined {
  const hash = held.subarray(0, MAX_LENGTH_DIGITS + 1).indexOf(HASH);
  const digits = held.toString('latin1', 0, hash < 0 ? held.length : hash);
  if (hash < 0) {
    if (digits.length > MAX_LENGTH_DIGITS || !/^[0-9]*$/.test(digits)) throw new FrameError('no length');
    return undefined;
  }
  if (!/^[0-9]+$/.test(digits) || Number(digits) === 0) throw new FrameError(`bad length '${digits}'`);
  const end = hash + 1 + Number(digits);
  return held.length < end ? undefined : { start: hash + 1, end };
}
