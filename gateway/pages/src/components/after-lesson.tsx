import { useTexts } from '../language/language-context.tsx';
import type { PageFault } from '../page-fault.ts';
import { FaultNotice } from './fault-notice.tsx';
import { PageHeader } from './page-header.tsx';

interface AfterLessonProps {
  /** Why it ended; undefined where the user left. */
  readonly fault: PageFault | undefined;
  readonly rejoin: () => void;
}

/** Faults that only a fresh page cures. */
const RELOAD: readonly PageFault[] = ['wrong-version', 'bad-request', 'out-of-order'];

/** When the stay in the lesson has ended: why, and where to go from here. */
export function AfterLesson({ fault, rejoin }: AfterLessonProps) {
  const texts = useTexts();
  const reload = fault !== undefined && RELOAD.includes(fault);
  return (
    <div class="page">
      <PageHeader />
      <main class="card card-narrow after">
        <h1 class="unseen">{fault === undefined ? texts.left.title : texts.status.failed}</h1>
        {fault === undefined ? (
          <div class="notice notice-plain" role="status" data-testid="left">
            <p class="notice-title">{texts.left.title}</p>
            <p>{texts.left.advice}</p>
          </div>
        ) : (
          <FaultNotice fault={fault} />
        )}
        {reload ? (
          <button type="button" class="primary wide" onClick={() => window.location.reload()}>
            {texts.after.reload}
          </button>
        ) : (
          fault !== 'unsupported-browser' && (
            <button type="button" class="primary wide" data-testid="rejoin" onClick={rejoin}>
              {texts.after.rejoin}
            </button>
          )
        )}
        <a class="button wide" href="/">
          {texts.after.home}
        </a>
      </main>
    </div>
  );
}
