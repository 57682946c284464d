import { useTexts } from '../language/language-context.tsx';
import type { Kind } from '../media/capture-constraints.ts';
import type { LocalMedia } from '../media/local-media.ts';
import { useStore } from '../use-store.ts';

const KINDS: readonly Kind[] = ['audio', 'video'];

/** Says why there is no microphone or no camera, and offers another try. */
export function DeviceProblems({ local }: { local: LocalMedia }) {
  const texts = useTexts();
  const state = useStore(local.state);
  const broken = KINDS.filter((kind) => state[kind].wanted && state[kind].problem !== undefined);
  if (broken.length === 0) return null;
  return (
    <div class="notice notice-mild" role="status" data-testid="device-problems">
      {broken.map((kind) => {
        const problem = state[kind].problem;
        return problem && <p key={kind}>{texts.deviceProblems[kind][problem]}</p>;
      })}
      <button type="button" data-testid="try-devices" disabled={state.opening} onClick={() => void local.open()}>
        {texts.preJoin.tryAgain}
      </button>
    </div>
  );
}
