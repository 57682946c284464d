import { useState } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import type { LocalMedia } from '../media/local-media.ts';
import { MAX_NAME } from '../route.ts';
import { useStore } from '../use-store.ts';
import { DeviceButtons } from './device-buttons.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { DeviceProblems } from './device-problems.tsx';
import { FaultNotice } from './fault-notice.tsx';
import { LevelMeter } from './level-meter.tsx';
import { PageHeader } from './page-header.tsx';
import { SelfView } from './self-view.tsx';

interface PreJoinProps {
  readonly code: string;
  readonly name: string;
  readonly local: LocalMedia;
  readonly join: (name: string) => void;
}

/** Seeing oneself, trying the microphone, choosing devices and a name; then one button. */
export function PreJoin(props: PreJoinProps) {
  const texts = useTexts();
  const { opening, audio, video } = useStore(props.local.state);
  const [name, setName] = useState(props.name);
  const [nameMissing, setNameMissing] = useState(false);
  // On a phone the join button must be in sight without scrolling.
  const [roomy] = useState(() => window.matchMedia('(min-width: 800px)').matches);
  const supported = typeof RTCPeerConnection !== 'undefined' && typeof WebSocket !== 'undefined';
  const listening = !opening && audio.track === undefined && video.track === undefined;

  const submit = (event: Event) => {
    event.preventDefault();
    const trimmed = name.trim();
    setNameMissing(trimmed === '');
    if (trimmed !== '') props.join(trimmed);
  };

  return (
    <div class="page">
      <PageHeader />
      <main class="card pre-join">
        <h1>{texts.preJoin.title(props.code)}</h1>
        <div class="preview">
          <SelfView track={video.track} />
          <div class="preview-tools">
            <DeviceButtons local={props.local} shortcuts={false} />
          </div>
          <LevelMeter track={audio.wanted ? audio.track : undefined} />
        </div>
        <form onSubmit={submit} noValidate>
          {!supported && <FaultNotice fault="unsupported-browser" />}
          {supported && !window.isSecureContext && <FaultNotice fault="insecure-context" />}
          {window.isSecureContext && <DeviceProblems local={props.local} />}
          {opening && audio.track === undefined && video.track === undefined && (
            <p class="hint" role="status">
              {texts.preJoin.asking}
            </p>
          )}
          <label class="field">
            <span>{texts.preJoin.name}</span>
            <input
              data-testid="name"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
              maxLength={MAX_NAME}
              autocomplete="name"
              aria-invalid={nameMissing}
              aria-describedby={nameMissing ? 'name-missing' : undefined}
            />
          </label>
          {nameMissing && (
            <p id="name-missing" class="hint hint-wrong" role="alert">
              {texts.preJoin.nameMissing}
            </p>
          )}
          <details open={roomy}>
            <summary>{texts.devices.title}</summary>
            <DeviceChoice local={props.local} />
          </details>
          <button type="submit" class="primary wide" data-testid="join" disabled={!supported}>
            {listening ? texts.preJoin.listenOnly : texts.preJoin.join}
          </button>
        </form>
      </main>
    </div>
  );
}
