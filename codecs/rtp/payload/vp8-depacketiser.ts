import type { RtpPacket } from '../packet.ts';
import { type EncodedFrame, MAXIMUM_FRAME_LENGTH, type VideoDepacketiser } from './video-payload.ts';
import { parseVp8FrameHeader } from './vp8-frame-header.ts';
import { parseVp8PayloadDescriptor } from './vp8-payload-descriptor.ts';

/** What holding a piece costs beside its octets: so that a million pieces of one octet are bounded too. */
const COST_OF_PIECE = 64;

interface Assembly {
  readonly timestamp: number;
  readonly pieces: Uint8Array[];
  cost: number;
  isCorrupt: boolean;
  /** A hole came: what follows cannot be joined to the pieces. */
  isBroken: boolean;
}

/**
 * RTP payloads to VP8 frames (RFC 7741). A frame ends with the marker, when the timestamp changes or when another begins.
 * Of a frame with losses, the part before the first hole is given, marked corrupt; without its beginning nothing is.
 */
export class Vp8Depacketiser implements VideoDepacketiser {
  #frame: Assembly | undefined;
  /** Packets are missing that no frame has answered for; so it is at the start, as we may have joined in the middle. */
  #gap = true;

  push(packet: RtpPacket, lostBefore: number): EncodedFrame[] {
    const frames: EncodedFrame[] = [];
    if (lostBefore > 0) {
      this.#gap = true;
      this.#break();
    }
    if (packet.payload.length === 0) return frames; // padding to probe the line
    if (this.#frame && this.#frame.timestamp !== packet.timestamp) this.#finish(frames);

    const descriptor = parseVp8PayloadDescriptor(packet.payload);
    if (!descriptor) {
      this.#gap = true;
      this.#break();
    } else if (descriptor.beginsFrame) {
      if (this.#frame) this.#finish(frames);
      this.#begin(packet.timestamp, packet.payload.subarray(descriptor.length));
    } else if (this.#frame) {
      // What was lost was of this frame, and the frame is marked for it.
      this.#gap = false;
      this.#append(this.#frame, packet.payload.subarray(descriptor.length));
    } else {
      this.#gap = true;
    }
    if (packet.marker && this.#frame) this.#finish(frames);
    return frames;
  }

  #begin(timestamp: number, data: Uint8Array): void {
    // A key frame depends on nothing that was lost before it; its beginning is certain.
    const isInterframe = ((data[0] ?? 0) & 0x01) !== 0;
    const frame = { timestamp, pieces: [], cost: 0, isCorrupt: this.#gap && isInterframe, isBroken: false };
    this.#frame = frame;
    this.#gap = false;
    this.#append(frame, data);
  }

  #append(frame: Assembly, data: Uint8Array): void {
    frame.cost += data.length + COST_OF_PIECE;
    if (frame.cost > MAXIMUM_FRAME_LENGTH) {
      frame.pieces.length = 0;
      this.#break();
    }
    if (!frame.isBroken) frame.pieces.push(data);
  }

  #break(): void {
    if (!this.#frame) return;
    this.#frame.isCorrupt = true;
    this.#frame.isBroken = true;
  }

  #finish(frames: EncodedFrame[]): void {
    const frame = this.#frame;
    this.#frame = undefined;
    if (!frame || frame.pieces.length === 0) {
      this.#gap = true;
      return;
    }
    const data = Buffer.concat(frame.pieces);
    const header = parseVp8FrameHeader(data);
    frames.push({
      data,
      timestamp: frame.timestamp,
      isKeyFrame: header?.isKeyFrame ?? false,
      isCorrupt: frame.isCorrupt || header === undefined,
    });
  }
}
