import { useTexts } from '../language/language-context.tsx';
import type { LessonState } from '../lesson-state.ts';

/** One line that tells how the connection stands. `data-state` is the phase, `data-media` whether media flows. */
export function LessonStatus({ state }: { state: LessonState }) {
  const texts = useTexts();
  const waiting = state.phase === 'in-lesson' && !state.mediaConnected;
  return (
    <p
      class="status"
      role="status"
      data-testid="status"
      data-state={state.phase}
      data-media={state.mediaConnected ? 'connected' : 'waiting'}
    >
      <span class="status-dot" aria-hidden="true" />
      {waiting ? texts.mediaConnecting : texts.status[state.phase]}
    </p>
  );
}
