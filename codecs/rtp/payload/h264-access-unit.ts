import { beginsPicture, isIntraSlice, isSlice, NalUnitType } from './h264-nal-unit.ts';
import type { H264ParameterSetCache } from './h264-parameter-set-cache.ts';
import { type EncodedFrame, MAXIMUM_FRAME_LENGTH } from './video-payload.ts';

const START_CODE = Buffer.from([0, 0, 0, 1]);
/** What holding a piece costs beside its octets: so that a million pieces of one octet are bounded too. */
const COST_OF_PIECE = 64;

/** An access unit while it is put together: NAL units in order, each of one or more pieces (views of datagrams). */
export class H264AccessUnit {
  timestamp: number;
  /** Something of it is missing or unreadable, or may be. */
  isCorrupt: boolean;
  /** Slices came, though they may not have been kept: the unit is a picture and ends with its timestamp or marker. */
  isPicture = false;

  readonly #pieces: Uint8Array[] = [];
  #cost = 0;
  #hasSlice = false;
  #hasIdrSlice = false;
  #hasSequenceParameterSet = false;
  #hasPictureParameterSet = false;
  #isIntra = true;
  #isTooLong = false;

  constructor(timestamp: number, isCorrupt: boolean) {
    this.timestamp = timestamp;
    this.isCorrupt = isCorrupt;
  }

  /**
   * Begins a NAL unit.
   * @param header its first octet.
   * @param body what follows, or the first piece of it.
   */
  begin(header: number, body: Uint8Array): void {
    const type = header & 0x1f;
    if (isSlice(type)) {
      // The first slice of a picture begins at macroblock 0: another first one says that the beginning is missing.
      if (!this.#hasSlice && !beginsPicture(type, body[0])) this.isCorrupt = true;
      this.isPicture = true;
      this.#hasSlice = true;
      if (type === NalUnitType.IDR_SLICE) this.#hasIdrSlice = true;
      else if (type <= NalUnitType.SLICE_DATA_PARTITION_A && !isIntraSlice(body)) this.#isIntra = false;
    } else if (type === NalUnitType.SEQUENCE_PARAMETER_SET) {
      this.#hasSequenceParameterSet = true;
    } else if (type === NalUnitType.PICTURE_PARAMETER_SET) {
      this.#hasPictureParameterSet = true;
    }
    this.#hold(START_CODE);
    this.#hold(Uint8Array.of(header));
    this.#hold(body);
  }

  /** Adds a piece to the NAL unit that was begun last. */
  append(body: Uint8Array): void {
    this.#hold(body);
  }

  /** The finished picture; undefined when there is none to decode, because nothing of its slices was kept or it is too long. */
  finish(parameterSets: H264ParameterSetCache): EncodedFrame | undefined {
    if (!this.#hasSlice || this.#isTooLong) return undefined;
    const isKeyFrame = this.#hasIdrSlice || (this.#hasSequenceParameterSet && this.#isIntra);
    let { isCorrupt } = this;
    const before: Uint8Array[] = [];
    if (isKeyFrame) {
      // A decoder that begins here needs both kinds; many senders send them once, or only sometimes.
      const sequence = this.#hasSequenceParameterSet ? [] : parameterSets.sequenceParameterSets;
      const picture = this.#hasPictureParameterSet ? [] : parameterSets.pictureParameterSets;
      for (const unit of [...sequence, ...picture]) before.push(START_CODE, unit);
      if (!this.#hasSequenceParameterSet && sequence.length === 0) isCorrupt = true;
      if (!this.#hasPictureParameterSet && picture.length === 0) isCorrupt = true;
    }
    return { data: Buffer.concat([...before, ...this.#pieces]), timestamp: this.timestamp, isKeyFrame, isCorrupt };
  }

  #hold(piece: Uint8Array): void {
    this.#cost += piece.length + COST_OF_PIECE;
    if (this.#cost > MAXIMUM_FRAME_LENGTH) {
      this.#isTooLong = true;
      this.#pieces.length = 0;
    }
    if (!this.#isTooLong) this.#pieces.push(piece);
  }
}
