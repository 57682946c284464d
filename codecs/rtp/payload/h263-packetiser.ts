import { cutPicture, octetsOf } from './bit-cuts.ts';
import { findH263Macroblocks, type H263Macroblock } from './h263-macroblocks.ts';
import {
  H263_START_CODE_LENGTH,
  H263_START_CODE_ZEROS,
  type H263PictureHeader,
  parseH263PictureHeader,
} from './h263-picture-header.ts';
import { startCodePositions } from './start-codes.ts';
import { checkMaximumPayload, type PacketisedPayload, type VideoPacketiser } from './video-payload.ts';

const MODE_A_LENGTH = 4;
const MODE_B_LENGTH = 8;

/**
 * H.263 pictures to RTP payloads (RFC 2190): cut before groups of blocks (mode A), and within those that are too long before macroblocks
 * (mode B). For pictures as our encoder makes them, without optional modes; others are cut within groups at octets.
 */
export class H263Packetiser implements VideoPacketiser {
  readonly #room: number;

  /** @throws RangeError when `maximumPayload` is out of range. */
  constructor({ maximumPayload }: { readonly maximumPayload: number }) {
    checkMaximumPayload(maximumPayload);
    this.#room = maximumPayload - MODE_B_LENGTH;
  }

  packetise(frame: Uint8Array): PacketisedPayload[] {
    const startCodes = startCodePositions(frame, H263_START_CODE_ZEROS);
    const picture = parseH263PictureHeader(frame);
    const macroblocks = new Map<number, H263Macroblock>();
    const findMacroblocks = (): number[] => {
      for (const macroblock of findH263Macroblocks(frame, startCodes) ?? []) {
        // A group that has a header is not parted from it.
        if (macroblock.address > 0) macroblocks.set(macroblock.position, macroblock);
      }
      return [...macroblocks.keys()];
    };
    // Zeros of what begins a picture may, in a broken one, be those of another start code: it is not cut there.
    const cutAt = startCodes.filter((position) => position >= H263_START_CODE_LENGTH);
    const ranges = cutPicture(frame.length, { startCodes: cutAt, macroblocks: findMacroblocks }, this.#room);
    return ranges.map((range, index) => {
      const { octets, sbit, ebit } = octetsOf(frame, range);
      const macroblock = macroblocks.get(range.begin);
      const header = macroblock === undefined ? modeA(sbit, ebit, picture) : modeB(sbit, ebit, picture, macroblock);
      return { payload: Buffer.concat([header, octets]), marker: index === ranges.length - 1 };
    });
  }
}

/** I, U, S and A as PTYPE has them (RFC 2190 §5.1): I is 0 for an intra picture. */
function pictureBits(picture: H263PictureHeader | undefined): number {
  const { modes } = picture ?? {};
  return (
    (picture?.isIntra === false ? 8 : 0) |
    (modes?.unrestrictedVectors ? 4 : 0) |
    (modes?.arithmeticCoding ? 2 : 0) |
    (modes?.advancedPrediction ? 1 : 0)
  );
}

/** RFC 2190 §5.1. */
function modeA(sbit: number, ebit: number, picture: H263PictureHeader | undefined): Buffer {
  const header = Buffer.alloc(MODE_A_LENGTH);
  header[0] = (sbit << 3) | ebit;
  header[1] = ((picture?.sourceFormat ?? 0) << 5) | (pictureBits(picture) << 1);
  return header;
}

/** RFC 2190 §5.2. */
function modeB(
  sbit: number,
  ebit: number,
  picture: H263PictureHeader | undefined,
  { group, address, quantiser, predictor: [horizontal, vertical] }: H263Macroblock,
): Buffer {
  const header = Buffer.alloc(MODE_B_LENGTH);
  header[0] = 0x80 | (sbit << 3) | ebit;
  header[1] = ((picture?.sourceFormat ?? 0) << 5) | quantiser;
  header.writeUInt16BE((group << 11) | (address << 2), 2);
  // The second pair of vectors is for advanced prediction alone.
  const vectors = ((horizontal & 0x7f) << 21) | ((vertical & 0x7f) << 14);
  header.writeUInt32BE(((pictureBits(picture) << 28) | vectors) >>> 0, 4);
  return header;
}
