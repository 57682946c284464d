import { joinAnnexB, splitAnnexB } from '../rtp/payload/annex-b.ts';
import { NalUnitType, nalUnitType } from '../rtp/payload/h264-nal-unit.ts';

/** SEI payload type (H.264 §D.1). */
const USER_DATA_UNREGISTERED = 5;

/** A picture without the 700 octets in which x264 names all its settings: a NAL unit that cannot be cut. The same octets where there are none. */
export function withoutUserData(data: Buffer): Buffer {
  const units = splitAnnexB(data);
  const rest = units.filter((unit) => nalUnitType(unit) !== NalUnitType.SEI || unit[1] !== USER_DATA_UNREGISTERED);
  return rest.length === units.length ? data : joinAnnexB(rest);
}
