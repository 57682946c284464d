/** Reads and writes IVF files: the plainest container of encoded pictures, used for the clips in this folder. */

const FILE_HEADER_LENGTH = 32;
const FRAME_HEADER_LENGTH = 12;

/** The frames of an IVF file, as views. */
export function readIvf(file: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  let offset = file.readUInt16LE(6);
  while (offset + FRAME_HEADER_LENGTH <= file.length) {
    const length = file.readUInt32LE(offset);
    offset += FRAME_HEADER_LENGTH;
    frames.push(file.subarray(offset, offset + length));
    offset += length;
  }
  return frames;
}

/** @param fourcc `H264` or `VP80`. */
export function writeIvf(fourcc: string, width: number, height: number, frameRate: number, frames: Buffer[]): Buffer {
  const header = Buffer.alloc(FILE_HEADER_LENGTH);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(FILE_HEADER_LENGTH, 6);
  header.write(fourcc, 8, 4, 'latin1');
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(frameRate, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(frames.length, 24);
  const parts: Buffer[] = [header];
  for (const [index, frame] of frames.entries()) {
    const frameHeader = Buffer.alloc(FRAME_HEADER_LENGTH);
    frameHeader.writeUInt32LE(frame.length, 0);
    frameHeader.writeBigUInt64LE(BigInt(index), 4);
    parts.push(frameHeader, frame);
  }
  return Buffer.concat(parts);
}
