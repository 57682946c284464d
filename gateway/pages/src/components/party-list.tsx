import type { PartyInfo } from '#signaling/webrtc/protocol.ts';
import { useTexts } from '../language/language-context.tsx';
import { CameraIcon, CloseIcon, MicrophoneIcon } from './icons.tsx';

interface PartyListProps {
  readonly parties: readonly PartyInfo[];
  /** Our own id. */
  readonly self: string | undefined;
  readonly close: () => void;
}

/** Everybody in the lesson. */
export function PartyList({ parties, self, close }: PartyListProps) {
  const texts = useTexts();
  const protocols = { sip: 'SIP', h323: 'H.323', webrtc: texts.lesson.browser };
  return (
    <aside class="panel" id="people" aria-label={texts.lesson.people} data-testid="parties">
      <header class="panel-header">
        <h2>
          {texts.lesson.people} <span class="count">{parties.length}</span>
        </h2>
        <button type="button" class="quiet" aria-label={texts.lesson.close} onClick={close}>
          <CloseIcon />
        </button>
      </header>
      {/* Scrolls: the keyboard must reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area is reached by keyboard */}
      <ul class="party-list" tabIndex={0} aria-label={texts.lesson.people}>
        {parties.map((party) => (
          <li key={party.id} data-testid={`party-${party.id}`}>
            <span class="party-name">
              {party.name}
              {party.id === self && <span class="party-you"> ({texts.lesson.you})</span>}
            </span>
            <span class="party-protocol">{protocols[party.protocol]}</span>
            <span class={party.audio ? 'party-off unshown' : 'party-off'}>
              <MicrophoneIcon off />
              {!party.audio && <span class="unseen">{texts.lesson.muted}</span>}
            </span>
            <span class={party.video ? 'party-off unshown' : 'party-off'}>
              <CameraIcon off />
              {!party.video && <span class="unseen">{texts.lesson.pictureOff}</span>}
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
