/** The first octets of every VP8 payload, RFC 7741 §4.2. */
export interface Vp8PayloadDescriptor {
  /** Whether the packet begins a frame: S set and partition index 0. */
  readonly beginsFrame: boolean;
  /** PictureID, 7 or 15 bits, where sent. */
  readonly pictureId?: number;
  /** Where the VP8 data begin. */
  readonly length: number;
}

/** Reads the payload descriptor; undefined when it is cut or nothing follows it. */
export function parseVp8PayloadDescriptor(payload: Uint8Array): Vp8PayloadDescriptor | undefined {
  const [first = 0, extensions = 0] = payload;
  const beginsFrame = (first & 0x10) !== 0 && (first & 0x07) === 0;
  let length = 1;
  let pictureId: number | undefined;
  if ((first & 0x80) !== 0) {
    length = 2;
    if ((extensions & 0x80) !== 0) {
      const octet = payload[length] ?? 0;
      if ((octet & 0x80) === 0) {
        pictureId = octet;
        length += 1;
      } else {
        pictureId = ((octet & 0x7f) << 8) | (payload[length + 1] ?? 0);
        length += 2;
      }
    }
    if ((extensions & 0x40) !== 0) length += 1; // TL0PICIDX
    if ((extensions & 0x30) !== 0) length += 1; // TID, Y, KEYIDX
  }
  if (length >= payload.length) return undefined;
  return { beginsFrame, length, ...(pictureId === undefined ? {} : { pictureId }) };
}
