import type { RefObject } from 'preact';
import type { Reception } from '#signaling/webrtc/protocol.ts';
import { useTexts } from '../language/language-context.tsx';
import type { Lesson } from '../lesson.ts';
import type { LocalMedia } from '../media/local-media.ts';
import { useStore } from '../use-store.ts';
import { DeviceButtons } from './device-buttons.tsx';
import { FullScreenIcon, LeaveIcon, MixIcon, PeopleIcon, SettingsIcon, SourcesIcon } from './icons.tsx';

interface LessonToolsProps {
  readonly lesson: Lesson;
  readonly local: LocalMedia;
  readonly shortcuts: boolean;
  readonly showPeople: boolean;
  readonly togglePeople: () => void;
  readonly openSettings: () => void;
  /** What fills the screen. */
  readonly fullScreen: RefObject<HTMLElement | null>;
}

/** The buttons of the lesson. */
export function LessonTools(props: LessonToolsProps) {
  const texts = useTexts();
  const { reception, parties } = useStore(props.lesson.state);
  const other: Reception = reception === 'mix' ? 'sources' : 'mix';
  const toggleFullScreen = () => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : props.fullScreen.current?.requestFullscreen();
    // Refused by the browser: the page stays as it is.
    change?.catch(() => {});
  };
  return (
    <footer class="tools">
      <DeviceButtons local={props.local} shortcuts={props.shortcuts} />
      <button
        type="button"
        class="tool"
        data-testid="reception"
        data-reception={reception}
        aria-label={`${texts.lesson.layout}: ${texts.lesson.reception[other]}`}
        title={`${texts.lesson.layout}: ${texts.lesson.reception[other]}`}
        onClick={() => props.lesson.setReception(other)}
      >
        {other === 'sources' ? <SourcesIcon /> : <MixIcon />}
        <span aria-hidden="true">{texts.lesson.reception[other]}</span>
      </button>
      <button
        type="button"
        class="tool"
        data-testid="people"
        aria-expanded={props.showPeople}
        aria-controls={props.showPeople ? 'people' : undefined}
        aria-label={`${texts.lesson.people}, ${parties.length}`}
        title={texts.lesson.people}
        onClick={props.togglePeople}
      >
        <PeopleIcon />
        <span aria-hidden="true">
          {texts.lesson.people} {parties.length > 0 && parties.length}
        </span>
      </button>
      <button
        type="button"
        class="tool"
        data-testid="open-settings"
        aria-label={texts.lesson.settings}
        title={texts.lesson.settings}
        onClick={props.openSettings}
      >
        <SettingsIcon />
        <span aria-hidden="true">{texts.lesson.settings}</span>
      </button>
      {document.fullscreenEnabled && (
        <button
          type="button"
          class="tool tool-wide-only"
          aria-label={texts.lesson.fullScreen}
          title={texts.lesson.fullScreen}
          onClick={toggleFullScreen}
        >
          <FullScreenIcon />
          <span aria-hidden="true">{texts.lesson.fullScreen}</span>
        </button>
      )}
      <button
        type="button"
        class="tool tool-leave"
        data-testid="leave"
        aria-label={texts.lesson.leave}
        title={texts.lesson.leave}
        onClick={() => props.lesson.leave()}
      >
        <LeaveIcon />
        <span aria-hidden="true">{texts.lesson.leave}</span>
      </button>
    </footer>
  );
}
