import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Preferences } from '../preferences.ts';
import { chooseLanguage, type Language, TEXTS } from './language.ts';
import type { Texts } from './texts.ts';

interface LanguageChoice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<LanguageChoice>({ language: 'en', choose: () => {} });

/** Gives its children the chosen language, and tells it to the browser and its screen reader. */
export function LanguageProvider(props: { preferences: Preferences; children: ComponentChildren }) {
  const { preferences } = props;
  const [language, setLanguage] = useState(() => chooseLanguage(preferences.get('language'), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = TEXTS[language].tag;
  }, [language]);
  const choose = (chosen: Language) => {
    preferences.set('language', chosen);
    setLanguage(chosen);
  };
  return <LanguageContext.Provider value={{ language, choose }}>{props.children}</LanguageContext.Provider>;
}

/** The language in force, and the way to choose another. */
export const useLanguage = (): LanguageChoice => useContext(LanguageContext);

/** The texts in the language in force. */
export const useTexts = (): Texts => TEXTS[useContext(LanguageContext).language];
