import { checkMaximumPayload, type PacketisedPayload, type VideoPacketiser } from './video-payload.ts';

/** Size of the packets, and where the numbers of the pictures begin. */
export interface Vp8PacketiserOptions {
  /** Octets of RTP payload, descriptor included, 64 to 65000; 1200 passes everywhere. */
  readonly maximumPayload: number;
  /** PictureID of the first frame; taken modulo 2^15. Random by RFC 7741 §4.2, or where a stream before this one stopped. */
  readonly pictureId: number;
}

/** X, I, M with a PictureID of 15 bits: two octets of flags and two of PictureID. */
const DESCRIPTOR_LENGTH = 4;

/** VP8 frames to RTP payloads (RFC 7741), each with a 15-bit PictureID; all of a frame as partition 0, as allowed by §4.4. */
export class Vp8Packetiser implements VideoPacketiser {
  readonly #maximumPayload: number;
  #pictureId: number;

  /** @throws RangeError when `maximumPayload` is out of range. */
  constructor(options: Vp8PacketiserOptions) {
    checkMaximumPayload(options.maximumPayload);
    this.#maximumPayload = options.maximumPayload;
    this.#pictureId = options.pictureId & 0x7fff;
  }

  /** PictureID of the next frame, 0 to 32767. */
  get pictureId(): number {
    return this.#pictureId;
  }

  packetise(frame: Uint8Array): PacketisedPayload[] {
    if (frame.length === 0) return [];
    const count = Math.ceil(frame.length / (this.#maximumPayload - DESCRIPTOR_LENGTH));
    const payloads: PacketisedPayload[] = [];
    for (let i = 0; i < count; i++) {
      const part = frame.subarray(Math.floor((i * frame.length) / count), Math.floor(((i + 1) * frame.length) / count));
      const payload = Buffer.allocUnsafe(DESCRIPTOR_LENGTH + part.length);
      payload[0] = 0x80 | (i === 0 ? 0x10 : 0);
      payload[1] = 0x80;
      payload.writeUInt16BE(0x8000 | this.#pictureId, 2);
      payload.set(part, DESCRIPTOR_LENGTH);
      payloads.push({ payload, marker: i === count - 1 });
    }
    this.#pictureId = (this.#pictureId + 1) & 0x7fff;
    return payloads;
  }
}
