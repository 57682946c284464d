import type { H264Limits, H264Profile } from './description.ts';

/** What the six hexadecimal digits of a profile-level-id say. */
export type ProfileLevel = Pick<H264Limits, 'profile' | 'level'> & { readonly profileSpelling: number };

/**
 * One row of RFC 6184 table 5: a profile_idc, the bits of profile-iop that count (constraint_set0_flag is 0x80,
 * set5 is 0x04) and the value that they have. The rows are tried in this order.
 * constraint_set3_flag belongs to the level (1b) and the two reserved bits are passed over, as is set4 outside
 * of High: rooms set them freely (64E0xx has been seen).
 */
interface ProfileRow {
  readonly profile: H264Profile;
  readonly profileIdc: number;
  readonly mask: number;
  readonly value: number;
}

const ROWS: readonly ProfileRow[] = [
  { profile: 'constrained-baseline', profileIdc: 0x42, mask: 0x40, value: 0x40 },
  { profile: 'constrained-baseline', profileIdc: 0x4d, mask: 0x80, value: 0x80 },
  { profile: 'constrained-baseline', profileIdc: 0x58, mask: 0xc0, value: 0xc0 },
  { profile: 'baseline', profileIdc: 0x42, mask: 0x40, value: 0x00 },
  { profile: 'baseline', profileIdc: 0x58, mask: 0xc0, value: 0x80 },
  { profile: 'main', profileIdc: 0x4d, mask: 0x80, value: 0x00 },
  { profile: 'constrained-high', profileIdc: 0x64, mask: 0x0c, value: 0x0c },
  { profile: 'high', profileIdc: 0x64, mask: 0x00, value: 0x00 },
];

/** How we spell a profile where the peer has not spelled it: the forms that browsers and rooms use most. */
const SPELLINGS: Readonly<Record<H264Profile, number>> = {
  'constrained-baseline': 0x42e0,
  baseline: 0x4280,
  main: 0x4d00,
  'constrained-high': 0x640c,
  high: 0x6400,
};

const CONSTRAINT_SET3 = 0x10;

/** In these profiles level 1b is level_idc 11 with constraint_set3_flag (H.264 §A.3.1 to A.3.3); in the others it is level_idc 9. */
function marksLevel1bByFlag(profileIdc: number): boolean {
  return profileIdc === 0x42 || profileIdc === 0x4d || profileIdc === 0x58;
}

/**
 * Reads a profile-level-id (RFC 6184 §8.1, table 5). Five digits, as an old Tandberg writes (`4280D`), are taken
 * for a level_idc without its leading zero.
 * @returns undefined for text that is no profile-level-id and for profiles that the engine does not do (Extended, High 10 …).
 */
export function parseProfileLevelId(text: string): ProfileLevel | undefined {
  const digits = /^[0-9a-f]{5}$/i.test(text) ? `${text.slice(0, 4)}0${text.slice(4)}` : text;
  if (!/^[0-9a-f]{6}$/i.test(digits)) return undefined;
  const profileIdc = Number.parseInt(digits.slice(0, 2), 16);
  const profileIop = Number.parseInt(digits.slice(2, 4), 16);
  const levelIdc = Number.parseInt(digits.slice(4, 6), 16);
  const row = ROWS.find(
    (candidate) => candidate.profileIdc === profileIdc && (profileIop & candidate.mask) === candidate.value,
  );
  if (row === undefined) return undefined;
  const isLevel1b = levelIdc === 11 && (profileIop & CONSTRAINT_SET3) !== 0 && marksLevel1bByFlag(profileIdc);
  return {
    profile: row.profile,
    level: isLevel1b ? 9 : levelIdc,
    profileSpelling: (profileIdc << 8) | (profileIop & ~CONSTRAINT_SET3),
  };
}

/** Writes a profile-level-id: six lower-case digits, with the peer's spelling of the profile where there is one. */
export function formatProfileLevelId(limits: Pick<H264Limits, 'profile' | 'level' | 'profileSpelling'>): string {
  const spelling = (limits.profileSpelling ?? SPELLINGS[limits.profile]) & ~CONSTRAINT_SET3;
  const isFlagged = limits.level === 9 && marksLevel1bByFlag(spelling >> 8);
  const value = ((isFlagged ? spelling | CONSTRAINT_SET3 : spelling) << 8) | (isFlagged ? 11 : limits.level);
  return value.toString(16).padStart(6, '0');
}

/**
 * Whether a decoder of profile `ours` decodes what a stream of profile `theirs` holds.
 * Baseline counts as Constrained Baseline: rooms write 4280xx and none sends the flexible macroblock order or
 * redundant slices that make the difference.
 */
export function covers(ours: H264Profile, theirs: H264Profile): boolean {
  if (ours === theirs || ours === 'high') return true;
  if (ours === 'main' || ours === 'constrained-high' || ours === 'baseline' || ours === 'constrained-baseline') {
    return theirs === 'baseline' || theirs === 'constrained-baseline';
  }
  return false;
}
