import { useMemo } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import { CameraIcon } from './icons.tsx';
import { StreamVideo } from './stream-video.tsx';

/** One's own camera, mirrored as people know themselves. */
export function SelfView({ track }: { track: MediaStreamTrack | undefined }) {
  const texts = useTexts();
  const stream = useMemo(() => (track === undefined ? undefined : new MediaStream([track])), [track]);
  return (
    <div class="self">
      {stream === undefined ? (
        <div class="picture-off" data-testid="self-off">
          <CameraIcon off />
          <span>{texts.preJoin.noCamera}</span>
        </div>
      ) : (
        <StreamVideo stream={stream} label={texts.lesson.yourPicture} testId="self-video" class="mirrored" silent />
      )}
    </div>
  );
}
