import { Brand } from './brand.tsx';
import { LanguageSwitch } from './language-switch.tsx';

/** Stands above every page but the lesson: who we are, and in which language. */
export function PageHeader() {
  return (
    <header class="page-header">
      <Brand />
      <LanguageSwitch />
    </header>
  );
}
