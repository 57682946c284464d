import { useTexts } from '../language/language-context.tsx';
import type { LocalMedia } from '../media/local-media.ts';
import { useStore } from '../use-store.ts';
import { CameraIcon, MicrophoneIcon } from './icons.tsx';

/** Microphone and camera, on and off. */
export function DeviceButtons({ local, shortcuts }: { local: LocalMedia; shortcuts: boolean }) {
  const texts = useTexts();
  const { audio, video } = useStore(local.state);
  const speaking = audio.wanted && audio.track !== undefined;
  const filming = video.wanted && video.track !== undefined;
  return (
    <>
      <button
        type="button"
        class={speaking ? 'tool' : 'tool tool-off'}
        data-testid="mute"
        data-on={speaking}
        aria-label={speaking ? texts.lesson.mute : texts.lesson.unmute}
        aria-keyshortcuts={shortcuts ? 'm' : undefined}
        title={`${speaking ? texts.lesson.mute : texts.lesson.unmute}${shortcuts ? ' (M)' : ''}`}
        onClick={() => void local.setWanted('audio', !speaking)}
      >
        <MicrophoneIcon off={!speaking} />
        <span aria-hidden="true">{texts.lesson.microphone}</span>
      </button>
      <button
        type="button"
        class={filming ? 'tool' : 'tool tool-off'}
        data-testid="camera"
        data-on={filming}
        aria-label={filming ? texts.lesson.cameraOff : texts.lesson.cameraOn}
        aria-keyshortcuts={shortcuts ? 'v' : undefined}
        title={`${filming ? texts.lesson.cameraOff : texts.lesson.cameraOn}${shortcuts ? ' (V)' : ''}`}
        onClick={() => void local.setWanted('video', !filming)}
      >
        <CameraIcon off={!filming} />
        <span aria-hidden="true">{texts.lesson.camera}</span>
      </button>
    </>
  );
}
