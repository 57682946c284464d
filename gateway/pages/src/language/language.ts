import { en } from './en.ts';
import type { Texts } from './texts.ts';
import { zh } from './zh.ts';

/** The languages of the pages. */
export const LANGUAGES = ['zh', 'en'] as const;
/** One of `LANGUAGES`, as ISO 639 writes it. */
export type Language = (typeof LANGUAGES)[number];

/** All texts of the pages, by language. */
export const TEXTS: Readonly<Record<Language, Texts>> = { zh, en };

/**
 * The remembered language, else the first that the browser's user reads (BCP 47 tags, best first), else English.
 */
export function chooseLanguage(remembered: string | undefined, preferred: readonly string[]): Language {
  for (const tag of [remembered ?? '', ...preferred]) {
    const language = LANGUAGES.find((known) => known === tag.toLowerCase().split('-', 1)[0]);
    if (language !== undefined) return language;
  }
  return 'en';
}
