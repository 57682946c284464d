import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import type { LessonState } from '../lesson-state.ts';
import { tileColumns } from '../tile-grid.ts';
import { SoundIcon } from './icons.tsx';
import { SelfView } from './self-view.tsx';
import { StreamVideo } from './stream-video.tsx';
import { Tile } from './tile.tsx';

interface StageProps {
  readonly state: LessonState;
  /** deviceId of the loudspeaker. */
  readonly speaker: string | undefined;
  /** Our own picture. */
  readonly camera: MediaStreamTrack | undefined;
}

/** The mix with oneself in a corner, or everybody's tile with one's own among them. Sound comes from here too. */
export function Stage({ state, speaker, camera }: StageProps) {
  const texts = useTexts();
  const [blocked, setBlocked] = useState(false);
  const [gesture, setGesture] = useState(0);
  const grid = useRef<HTMLUListElement>(null);
  const [area, setArea] = useState({ width: 0, height: 0 });
  const mix = state.streams.get('mix');
  const tiled = state.reception === 'sources';
  const hasMixPicture = mix !== undefined && mix.getVideoTracks().length > 0;
  const others = state.parties.filter((party) => party.id !== state.party);

  useEffect(() => {
    const element = grid.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setArea({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [tiled]);

  const sound = { speaker, gesture, onSoundBlocked: () => setBlocked(true) };
  const allowSound = () => {
    setBlocked(false);
    setGesture(gesture + 1);
  };

  return (
    <>
      <StreamVideo
        stream={mix}
        label={texts.lesson.lessonPicture}
        testId="mix-video"
        class={tiled || !hasMixPicture ? 'unseen' : 'mix'}
        {...sound}
      />
      {tiled ? (
        <ul
          ref={grid}
          class="tiles"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where there are many, and is reached by keyboard
          tabIndex={0}
          aria-label={texts.lesson.people}
          style={{ '--columns': tileColumns(Math.max(2, others.length + 1), area.width, area.height) }}
        >
          {others.map((party) => (
            <Tile key={party.id} party={party} stream={state.streams.get(party.id)} {...sound} />
          ))}
          {others.length === 0 && <li class="tile stage-hint">{texts.lesson.alone}</li>}
          <li class="tile">
            <SelfView track={camera} />
            <span class="tile-name">{texts.lesson.you}</span>
          </li>
        </ul>
      ) : (
        camera !== undefined && <SelfView track={camera} />
      )}
      {!tiled && !hasMixPicture && state.phase === 'in-lesson' && <p class="stage-hint">{texts.lesson.waiting}</p>}
      {blocked && (
        <button type="button" class="primary sound-button" data-testid="sound" onClick={allowSound}>
          <SoundIcon />
          {texts.lesson.sound}
        </button>
      )}
    </>
  );
}
