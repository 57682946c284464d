import type { Named } from './flatten-value.ts';
import type { ShownField } from './pdml.ts';

/** Names that Wireshark 4 writes in another way than H.225.0 (2022) and H.245 (2011) do: ours by theirs. */
const RENAMED: Readonly<Record<string, string>> = {
  h245Tunnelling: 'h245Tunneling',
  provisionalRespToH245Tunnelling: 'provisionalRespToH245Tunneling',
  dialledDigits: 'dialedDigits',
  callSignalling: 'callSignaling',
  alternativeCapability: 'CapabilityTableEntryNumber',
  'PDU Type': 'MultimediaSystemControlMessage',
};
const S_TO_MS = 1000;
/** Bits before a name show where in an octet a value stands. */
const BITS = /^(?:[.01]{4} ?)+\s+/;

/** How what we read differs from what tshark shows; undefined where it is the same. */
export function difference(ours: Named | undefined, theirs: ShownField | undefined): string | undefined {
  if (ours === undefined || theirs === undefined) return `${describe(ours)} but ${theirs?.showname ?? 'nothing'}`;
  const text = theirs.showname.replace(BITS, '');
  const [name = ''] = text.split(':');
  return isSameName(ours, name) && isSameValue(ours, theirs, text)
    ? undefined
    : `${describe(ours)} but ${theirs.name} ${text}, ${theirs.show}, ${theirs.value}`;
}

function isSameName({ name, list }: Named, shown: string): boolean {
  const renamed = RENAMED[shown] ?? shown;
  if (renamed === name) return true;
  // The parts of a list are named after its type there.
  return list !== undefined && (shown === 'collapsing item' || shown.toLowerCase() === `${list} item`.toLowerCase());
}

function isSameValue({ kind, text }: Named, { show, value }: ShownField, shown: string): boolean {
  switch (kind) {
    case 'sequence':
    case 'null':
      return true;
    case 'choice':
    case 'enumerated':
      return isSameAlternative(text, shown);
    case 'sequence-of':
      return show === text;
    case 'boolean':
    case 'oid':
      return show === text;
    case 'integer':
      // Times are shown as dates.
      return Number(show) === Number(text) || Date.parse(show) === Number(text) * S_TO_MS;
    case 'string':
      return show === text || value === Buffer.from(text, 'latin1').toString('hex') || value === utf16(text);
    case 'octets':
    case 'bits':
    case 'open':
      return value === text;
    default:
      return false;
  }
}

/** Whether `name: alternative (index)` names this one. */
function isSameAlternative(text: string, shown: string): boolean {
  const [, alternative = ''] = /: (.*?) \(\d+\)(?:$|:)/.exec(shown) ?? [];
  return (RENAMED[alternative] ?? alternative) === text;
}

/** Hexadecimal octets of a BMPString. */
function utf16(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex');
}

function describe(ours: Named | undefined): string {
  return ours === undefined ? 'nothing' : `${ours.name} (${ours.kind}) ${ours.text}`;
}
