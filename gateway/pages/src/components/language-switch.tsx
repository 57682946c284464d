import { LANGUAGES, TEXTS } from '../language/language.ts';
import { useLanguage, useTexts } from '../language/language-context.tsx';

/** One button for each language. */
export function LanguageSwitch() {
  const { language, choose } = useLanguage();
  const texts = useTexts();
  return (
    <fieldset class="language-switch">
      <legend class="unseen">{texts.switchLanguage}</legend>
      {LANGUAGES.map((each) => (
        <button
          type="button"
          key={each}
          lang={TEXTS[each].tag}
          aria-pressed={each === language}
          data-testid={`language-${each}`}
          onClick={() => choose(each)}
        >
          {TEXTS[each].languageName}
        </button>
      ))}
    </fieldset>
  );
}
