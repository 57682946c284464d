import { textOfAlias } from '../call/dialled.ts';
import type { H225 } from '../h225/types.ts';

/**
 * What aliases are compared by. Case does not count, nor does the kind: `1001` as digits, as h323-ID and as `h323:1001` is one room.
 * A NUL at the end is dropped, which some rooms put there.
 */
export function aliasKey(text: string): string {
  return text
    .replace(/\0+$/, '')
    .replace(/^h323:/i, '')
    .trim()
    .toLowerCase();
}

/** The keys of aliases in their order, each once; kinds that hold no text have none. */
export function aliasKeys(aliases: readonly H225<'AliasAddress'>[]): string[] {
  const keys = aliases.map((alias) => aliasKey(textOfAlias(alias) ?? '')).filter((key) => key !== '');
  return [...new Set(keys)];
}
