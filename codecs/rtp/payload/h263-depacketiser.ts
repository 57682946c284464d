import type { RtpPacket } from '../packet.ts';
import { H263_START_CODE_LENGTH, h263GroupNumberAt, parseH263PictureHeader } from './h263-picture-header.ts';
import { PictureAssembler, type PicturePiece } from './picture-assembler.ts';
import type { EncodedFrame, VideoDepacketiser } from './video-payload.ts';

/** Header lengths of modes A, B and C. */
const HEADER_LENGTHS = { a: 4, b: 8, c: 12 } as const;

/** RTP payloads to H.263 pictures (RFC 2190), in modes A, B and C. */
export class H263Depacketiser implements VideoDepacketiser {
  readonly #assembler = new PictureAssembler(isIntraPicture);

  push(packet: RtpPacket, lostBefore: number): EncodedFrame[] {
    return this.#assembler.push(packet, lostBefore, readPayload);
  }
}

/** RFC 2190 §5; what the headers of modes B and C tell of a macroblock is in the pictures, too, when they are put together. */
function readPayload(payload: Uint8Array): PicturePiece | undefined {
  const [first = 0] = payload;
  const isLong = (first & 0x80) !== 0;
  const isPb = (first & 0x40) !== 0;
  const [sbit, ebit] = [(first >> 3) & 0x07, first & 0x07];
  const octets = payload.subarray(isLong ? (isPb ? HEADER_LENGTHS.c : HEADER_LENGTHS.b) : HEADER_LENGTHS.a);
  if (octets.length * 8 <= sbit + ebit) return undefined;
  return { octets, sbit, ebit, begins: whatBegins(octets, sbit, ebit) };
}

/** What a piece of an H.263 stream begins with, as far as it has its start code within itself. */
export function whatBegins(octets: Uint8Array, sbit: number, ebit: number): PicturePiece['begins'] {
  const length = octets.length * 8 - sbit - ebit;
  const group = length < H263_START_CODE_LENGTH ? undefined : h263GroupNumberAt(octets, sbit);
  return group === undefined ? 'middle' : group === 0 ? 'picture' : 'section';
}

/** Whether a picture depends on none before it (H.263 §5.1.3, §5.1.4.3). */
export function isIntraPicture(picture: Uint8Array): boolean {
  return parseH263PictureHeader(picture)?.isIntra ?? false;
}
