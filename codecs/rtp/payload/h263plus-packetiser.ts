import { cutPicture } from './bit-cuts.ts';
import { H263_START_CODE_ZEROS } from './h263-picture-header.ts';
import { startCodePositions } from './start-codes.ts';
import { checkMaximumPayload, type PacketisedPayload, type VideoPacketiser } from './video-payload.ts';

const HEADER_LENGTH = 2;
/** P: the two octets of zeros that the payload begins with are left out. */
const BEGINS_WITH_ZEROS = 0x04;

/**
 * H.263 pictures, with optional modes or without, to RTP payloads (RFC 4629): cut before groups of blocks and slices that begin an octet, and
 * within those that are too long at any octet (§6.2).
 */
export class H263PlusPacketiser implements VideoPacketiser {
  readonly #room: number;

  /** @throws RangeError when `maximumPayload` is out of range. */
  constructor({ maximumPayload }: { readonly maximumPayload: number }) {
    checkMaximumPayload(maximumPayload);
    this.#room = maximumPayload - HEADER_LENGTH;
  }

  packetise(frame: Uint8Array): PacketisedPayload[] {
    const startCodes = startCodePositions(frame, H263_START_CODE_ZEROS).filter((position) => position % 8 === 0);
    const begins = new Set(startCodes);
    const ranges = cutPicture(frame.length, { startCodes, macroblocks: () => [] }, this.#room);
    return ranges.map(({ begin, end }, index) => {
      const hasZeros = begins.has(begin);
      const octets = frame.subarray(begin / 8 + (hasZeros ? 2 : 0), end / 8);
      const header = Uint8Array.of(hasZeros ? BEGINS_WITH_ZEROS : 0, 0);
      return { payload: Buffer.concat([header, octets]), marker: index === ranges.length - 1 };
    });
  }
}
