import { cutPicture, octetsOf } from './bit-cuts.ts';
import { findH261Macroblocks, type H261Macroblock } from './h261-macroblocks.ts';
import { H261_START_CODE_ZEROS } from './h261-picture-header.ts';
import { startCodePositions } from './start-codes.ts';
import { checkMaximumPayload, type PacketisedPayload, type VideoPacketiser } from './video-payload.ts';

const HEADER_LENGTH = 4;

/**
 * H.261 pictures to RTP payloads (RFC 4587): cut before groups of blocks, and within those that are too long before macroblocks, with
 * what a decoder must know there. What is no H.261 is cut anywhere.
 */
export class H261Packetiser implements VideoPacketiser {
  readonly #room: number;

  /** @throws RangeError when `maximumPayload` is out of range. */
  constructor({ maximumPayload }: { readonly maximumPayload: number }) {
    checkMaximumPayload(maximumPayload);
    this.#room = maximumPayload - HEADER_LENGTH;
  }

  packetise(frame: Uint8Array): PacketisedPayload[] {
    const startCodes = startCodePositions(frame, H261_START_CODE_ZEROS);
    const macroblocks = new Map<number, H261Macroblock>();
    const findMacroblocks = (): number[] => {
      for (const macroblock of findH261Macroblocks(frame, startCodes) ?? []) {
        // Nothing can begin between the header of a group and its first macroblock.
        if (macroblock.before.address > 0) macroblocks.set(macroblock.position, macroblock);
      }
      return [...macroblocks.keys()];
    };
    // The header of a picture and that of its first group stay together.
    const places = { startCodes: startCodes.slice(2), macroblocks: findMacroblocks };
    const ranges = cutPicture(frame.length, places, this.#room);
    return ranges.map((range, index) => {
      const { octets, sbit, ebit } = octetsOf(frame, range);
      const header = writeHeader(sbit, ebit, macroblocks.get(range.begin));
      return { payload: Buffer.concat([header, octets]), marker: index === ranges.length - 1 };
    });
  }
}

/** RFC 4587 §4.1. I is not claimed and V is: that is true of every stream. */
function writeHeader(sbit: number, ebit: number, macroblock: H261Macroblock | undefined): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header[0] = (sbit << 5) | (ebit << 2) | 0x01;
  if (macroblock === undefined) return header;
  const { group, before } = macroblock;
  const address = before.address - 1;
  const [horizontal, vertical] = before.vector;
  header[1] = (group << 4) | (address >> 1);
  header[2] = ((address & 1) << 7) | (before.quantiser << 2) | ((horizontal & 0x1f) >> 3);
  header[3] = ((horizontal & 0x07) << 5) | (vertical & 0x1f);
  return header;
}
