/** What the uncompressed data chunk of a VP8 frame says (RFC 6386 §9.1). */
export interface Vp8FrameHeader {
  readonly isKeyFrame: boolean;
  /** Pixels; key frames only. */
  readonly width?: number;
  readonly height?: number;
}

/** Reads the header of a VP8 frame; undefined when it is cut or a key frame without the start code. */
export function parseVp8FrameHeader(frame: Uint8Array): Vp8FrameHeader | undefined {
  if (frame.length < 3) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if ((view.getUint8(0) & 0x01) !== 0) return { isKeyFrame: false };
  if (frame.length < 10 || view.getUint16(3) !== 0x9d01 || view.getUint8(5) !== 0x2a) return undefined;
  // The two upper bits of each are a scaling hint for the display.
  return { isKeyFrame: true, width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}
