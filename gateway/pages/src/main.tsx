import './zod-without-eval.ts';

import { render } from 'preact';
import { App } from './app.tsx';
import { LanguageProvider } from './language/language-context.tsx';
import { Preferences } from './preferences.ts';
import { parseRoute } from './route.ts';
import './style/style.css';

const preferences = new Preferences(() => window.localStorage);
const root = document.getElementById('root');
if (root !== null) {
  render(
    <LanguageProvider preferences={preferences}>
      <App route={parseRoute(window.location.pathname, window.location.search)} preferences={preferences} />
    </LanguageProvider>,
    root,
  );
}
