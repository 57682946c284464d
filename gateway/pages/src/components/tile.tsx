import type { PartyInfo } from '#signaling/webrtc/protocol.ts';
import { useTexts } from '../language/language-context.tsx';
import { MicrophoneIcon } from './icons.tsx';
import { StreamVideo } from './stream-video.tsx';

interface TileProps {
  readonly party: PartyInfo;
  readonly stream: MediaStream | undefined;
  readonly speaker: string | undefined;
  readonly gesture: number;
  readonly onSoundBlocked: () => void;
}

/** One party by itself: picture, name, whether it can be heard. */
export function Tile({ party, stream, speaker, gesture, onSoundBlocked }: TileProps) {
  const texts = useTexts();
  const hasPicture = party.video && stream !== undefined && stream.getVideoTracks().length > 0;
  return (
    <li class="tile" data-testid={`tile-${party.id}`}>
      <StreamVideo
        stream={stream}
        label={texts.lesson.pictureOf(party.name)}
        testId={`video-${party.id}`}
        class={hasPicture ? 'tile-video' : 'unseen'}
        speaker={speaker}
        gesture={gesture}
        onSoundBlocked={onSoundBlocked}
      />
      {!hasPicture && (
        <span class="initial" aria-hidden="true">
          {Array.from(party.name)[0] ?? '?'}
        </span>
      )}
      <span class="tile-name">
        {!party.audio && <MicrophoneIcon off />}
        {!party.audio && <span class="unseen">{texts.lesson.muted}</span>}
        <span>{party.name}</span>
      </span>
    </li>
  );
}
