import { NalUnitType, nalUnitType } from './h264-nal-unit.ts';
import { parseSequenceParameterSet, pictureParameterSetId } from './h264-parameter-sets.ts';

/** Longer parameter sets are not remembered: none such is seen, and 32 + 256 of them are held for a stranger. */
const MAXIMUM_LENGTH = 1024;

/** The newest parameter sets of a source by their ids, for pictures that come without them. */
export class H264ParameterSetCache {
  readonly #sequence = new Map<number, Buffer>();
  readonly #picture = new Map<number, Buffer>();

  /** Remembers a NAL unit if it is a readable parameter set; a copy is kept. */
  add(unit: Uint8Array): void {
    if (unit.length > MAXIMUM_LENGTH) return;
    if (nalUnitType(unit) === NalUnitType.SEQUENCE_PARAMETER_SET) {
      remember(this.#sequence, parseSequenceParameterSet(unit)?.id, unit);
    } else {
      remember(this.#picture, pictureParameterSetId(unit), unit);
    }
  }

  /** All sequence parameter sets (at most 32). */
  get sequenceParameterSets(): Buffer[] {
    return [...this.#sequence.values()];
  }

  /** All picture parameter sets (at most 256). */
  get pictureParameterSets(): Buffer[] {
    return [...this.#picture.values()];
  }
}

function remember(sets: Map<number, Buffer>, id: number | undefined, unit: Uint8Array): void {
  if (id === undefined || sets.get(id)?.equals(unit)) return;
  sets.set(id, Buffer.from(unit));
}
