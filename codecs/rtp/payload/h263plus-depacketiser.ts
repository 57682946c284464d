import type { RtpPacket } from '../packet.ts';
import { isIntraPicture, whatBegins } from './h263-depacketiser.ts';
import { PictureAssembler, type PicturePiece } from './picture-assembler.ts';
import type { EncodedFrame, VideoDepacketiser } from './video-payload.ts';

const HEADER_LENGTH = 2;
/** The octets that P says are left out. */
const ZEROS = Buffer.alloc(2);

/** RTP payloads to H.263+ pictures (RFC 4629): encoding names H263-1998 and H263-2000. */
export class H263PlusDepacketiser implements VideoDepacketiser {
  readonly #assembler = new PictureAssembler(isIntraPicture);

  push(packet: RtpPacket, lostBefore: number): EncodedFrame[] {
    return this.#assembler.push(packet, lostBefore, readPayload);
  }
}

/** RFC 4629 §5.1. Video redundancy coding and the picture header that is sent again are passed over. */
function readPayload(payload: Uint8Array): PicturePiece | undefined {
  const [first = 0, second = 0] = payload;
  const beginsWithZeros = (first & 0x04) !== 0;
  const hasRedundancyCoding = (first & 0x02) !== 0;
  const pictureHeaderLength = ((first & 0x01) << 5) | (second >> 3);
  const rest = payload.subarray(HEADER_LENGTH + (hasRedundancyCoding ? 1 : 0) + pictureHeaderLength);
  if (rest.length === 0) return undefined;
  const octets = beginsWithZeros ? Buffer.concat([ZEROS, rest]) : rest;
  return { octets, sbit: 0, ebit: 0, begins: whatBegins(octets, 0, 0) };
}
