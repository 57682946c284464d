import type { RtpPacket } from '../packet.ts';
import { findH261Macroblocks } from './h261-macroblocks.ts';
import {
  groupNumberAt,
  H261_START_CODE_LENGTH,
  H261_START_CODE_ZEROS,
  parseH261PictureHeader,
} from './h261-picture-header.ts';
import { PictureAssembler, type PicturePiece } from './picture-assembler.ts';
import { startCodePositions } from './start-codes.ts';
import type { EncodedFrame, VideoDepacketiser } from './video-payload.ts';

const HEADER_LENGTH = 4;
/** Macroblocks of a picture. */
const MACROBLOCKS = { QCIF: 99, CIF: 396 } as const;

/** RTP payloads to H.261 pictures (RFC 4587). */
export class H261Depacketiser implements VideoDepacketiser {
  readonly #assembler = new PictureAssembler(isWholeIntraPicture);

  push(packet: RtpPacket, lostBefore: number): EncodedFrame[] {
    return this.#assembler.push(packet, lostBefore, readPayload);
  }
}

/** RFC 4587 §4.1; what the header tells of a macroblock is in the pictures, too, when they are put together. */
function readPayload(payload: Uint8Array): PicturePiece | undefined {
  const [first = 0] = payload;
  const [sbit, ebit] = [first >> 5, (first >> 2) & 0x07];
  const octets = payload.subarray(HEADER_LENGTH);
  if (octets.length * 8 <= sbit + ebit) return undefined;
  const length = octets.length * 8 - sbit - ebit;
  const group = length < H261_START_CODE_LENGTH ? undefined : groupNumberAt(octets, sbit);
  return { octets, sbit, ebit, begins: group === undefined ? 'middle' : group === 0 ? 'picture' : 'section' };
}

/**
 * Whether a picture depends on none before it: H.261 has no such kind of picture, but one may have all of its macroblocks in it, and none
 * of them predicted. So are those that answer a fast update request.
 */
export function isWholeIntraPicture(picture: Uint8Array): boolean {
  const header = parseH261PictureHeader(picture);
  if (header === undefined) return false;
  const startCodes = startCodePositions(picture, H261_START_CODE_ZEROS);
  return findH261Macroblocks(picture, startCodes, ({ isIntra }) => isIntra)?.length === MACROBLOCKS[header.format];
}
