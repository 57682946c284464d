import type { ComponentChildren } from 'preact';

/** Drawn in the colour of the text beside it, 24 units wide; the text says what it means. */
function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const Slash = () => <path d="M4 4l16 16" />;

const Microphone = () => (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);

const Camera = () => (
  <>
    <rect x="2.5" y="6" width="13" height="12" rx="2.5" />
    <path d="M15.5 10.5l6-3.5v10l-6-3.5" />
  </>
);

/** For the button that mutes; `off`: struck through. */
export const MicrophoneIcon = ({ off = false }: { off?: boolean }) => (
  <Icon>
    <Microphone />
    {off && <Slash />}
  </Icon>
);

/** For the button that stops one's own picture; `off`: struck through. */
export const CameraIcon = ({ off = false }: { off?: boolean }) => (
  <Icon>
    <Camera />
    {off && <Slash />}
  </Icon>
);

/** An arrow out of a door. */
export const LeaveIcon = () => (
  <Icon>
    <path d="M14 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7M10.5 12H21M17.5 8l4 4-4 4" />
  </Icon>
);

/** One frame: all parties in one picture. */
export const MixIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="2" />
  </Icon>
);

/** Four frames: each party in a picture of its own. */
export const SourcesIcon = () => (
  <Icon>
    <rect x="3" y="4" width="8" height="7" rx="1.5" />
    <rect x="13" y="4" width="8" height="7" rx="1.5" />
    <rect x="3" y="13" width="8" height="7" rx="1.5" />
    <rect x="13" y="13" width="8" height="7" rx="1.5" />
  </Icon>
);

/** For the list of who is in the lesson. */
export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8.5" r="3.5" />
    <path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8" />
  </Icon>
);

/** Two sliders: devices. */
export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="17" r="2" />
  </Icon>
);

/** Four corners. */
export const FullScreenIcon = () => (
  <Icon>
    <path d="M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4" />
  </Icon>
);

/** A loudspeaker: the browser wants a click before it plays sound. */
export const SoundIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />
  </Icon>
);

/** A cross: closes the panel that it stands in. */
export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
