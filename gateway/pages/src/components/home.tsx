import { useEffect, useState } from 'preact/hooks';
import { classCodeSchema } from '#signaling/webrtc/protocol.ts';
import { useTexts } from '../language/language-context.tsx';
import { PageHeader } from './page-header.tsx';

/** Asks for the class code. */
export function Home({ badCode }: { badCode: boolean }) {
  const texts = useTexts();
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState(badCode);

  useEffect(() => {
    document.title = `${texts.home.title} – Classbridge`;
  }, [texts]);

  const submit = (event: Event) => {
    event.preventDefault();
    const parsed = classCodeSchema.safeParse(code.trim());
    setWrong(!parsed.success);
    if (parsed.success) window.location.assign(`/c/${parsed.data}`);
  };

  return (
    <div class="page">
      <PageHeader />
      <main class="card card-narrow">
        <h1>{texts.home.title}</h1>
        <p class="lead">{texts.home.lead}</p>
        <form onSubmit={submit} noValidate>
          <label class="field">
            <span>{texts.home.code}</span>
            <input
              class="code-input"
              data-testid="code"
              value={code}
              onInput={(event) => setCode(event.currentTarget.value)}
              maxLength={40}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              aria-invalid={wrong}
              aria-describedby="code-hint"
            />
          </label>
          <p id="code-hint" class={wrong ? 'hint hint-wrong' : 'hint'} role={wrong ? 'alert' : undefined}>
            {wrong ? texts.home.badCode : texts.home.codeHint}
          </p>
          <button type="submit" class="primary wide" data-testid="enter">
            {texts.home.enter}
          </button>
        </form>
      </main>
    </div>
  );
}
