import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import type { LocalMedia } from '../media/local-media.ts';
import { useStore } from '../use-store.ts';
import { DeviceChoice } from './device-choice.tsx';
import { DeviceProblems } from './device-problems.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { LevelMeter } from './level-meter.tsx';

interface SettingsDialogProps {
  readonly local: LocalMedia;
  readonly shortcuts: boolean;
  readonly setShortcuts: (on: boolean) => void;
  readonly close: () => void;
}

/** Devices, keyboard shortcuts (WCAG 2.1.4: they can be switched off) and language. */
export function SettingsDialog({ local, shortcuts, setShortcuts, close }: SettingsDialogProps) {
  const texts = useTexts();
  const { audio } = useStore(local.state);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="card dialog" aria-labelledby="settings-title" data-testid="settings" onClose={close}>
      <h2 id="settings-title">{texts.devices.title}</h2>
      <DeviceProblems local={local} />
      <DeviceChoice local={local} />
      <LevelMeter track={audio.wanted ? audio.track : undefined} />
      <label class="check">
        <input
          type="checkbox"
          data-testid="shortcuts"
          checked={shortcuts}
          onChange={(event) => setShortcuts(event.currentTarget.checked)}
        />
        {texts.devices.shortcuts}
      </label>
      <LanguageSwitch />
      <button type="button" class="primary wide" onClick={() => dialog.current?.close()}>
        {texts.devices.close}
      </button>
    </dialog>
  );
}
