import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import type { Lesson } from '../lesson.ts';
import type { LocalMedia } from '../media/local-media.ts';
import type { Preferences } from '../preferences.ts';
import { useStore } from '../use-store.ts';
import { AfterLesson } from './after-lesson.tsx';
import { FaultNotice } from './fault-notice.tsx';
import { LessonStatus } from './lesson-status.tsx';
import { LessonTools } from './lesson-tools.tsx';
import { PartyList } from './party-list.tsx';
import { PassingDeviceProblems } from './passing-device-problems.tsx';
import { Reconnecting } from './reconnecting.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { Stage } from './stage.tsx';
import { useShortcuts } from './use-shortcuts.ts';

interface LessonViewProps {
  readonly lesson: Lesson;
  readonly local: LocalMedia;
  readonly preferences: Preferences;
  readonly rejoin: () => void;
}

/** In the lesson: the stage, oneself, the tools, and what goes wrong. */
export function LessonView({ lesson, local, preferences, rejoin }: LessonViewProps) {
  const texts = useTexts();
  const state = useStore(lesson.state);
  const { video, speaker } = useStore(local.state);
  const [showPeople, setShowPeople] = useState(false);
  const [showSettings, setShowSettings] = useState(false);
  const [shortcuts, setShortcuts] = useState(preferences.get('shortcuts') !== 'off');
  const root = useRef<HTMLDivElement>(null);
  const live = state.phase !== 'left' && state.phase !== 'failed';
  useShortcuts(local, shortcuts && live && !showSettings);

  // Who has left is no longer filmed.
  useEffect(() => {
    if (!live) local.close();
  }, [live, local]);

  if (!live) return <AfterLesson fault={state.fault} rejoin={rejoin} />;

  const rememberShortcuts = (on: boolean) => {
    preferences.set('shortcuts', on ? 'on' : 'off');
    setShortcuts(on);
  };

  return (
    <div ref={root} class={showPeople ? 'lesson lesson-with-panel' : 'lesson'}>
      <header class="lesson-header">
        <h1>{state.title || texts.lesson.lessonPicture}</h1>
        <LessonStatus state={state} />
      </header>
      <main class="stage">
        <Stage state={state} speaker={speaker} camera={video.wanted ? video.track : undefined} />
        <div class="stage-notice">
          {state.phase === 'reconnecting' && state.fault !== undefined && (
            <Reconnecting fault={state.fault} retryAt={state.retryAt} retryNow={() => lesson.retryNow()} />
          )}
          {state.phase === 'in-lesson' && state.fault !== undefined && <FaultNotice fault={state.fault} />}
          {state.phase === 'in-lesson' && <PassingDeviceProblems local={local} />}
        </div>
      </main>
      {showPeople && <PartyList parties={state.parties} self={state.party} close={() => setShowPeople(false)} />}
      <LessonTools
        lesson={lesson}
        local={local}
        shortcuts={shortcuts}
        showPeople={showPeople}
        togglePeople={() => setShowPeople(!showPeople)}
        openSettings={() => setShowSettings(true)}
        fullScreen={root}
      />
      {showSettings && (
        <SettingsDialog
          local={local}
          shortcuts={shortcuts}
          setShortcuts={rememberShortcuts}
          close={() => setShowSettings(false)}
        />
      )}
    </div>
  );
}
