import { useEffect, useRef } from 'preact/hooks';

interface StreamVideoProps {
  readonly stream: MediaStream | undefined;
  readonly label: string;
  readonly testId: string;
  readonly class?: string | undefined;
  /** Without its sound. */
  readonly silent?: boolean;
  /** deviceId of the loudspeaker. */
  readonly speaker?: string | undefined;
  /** A change of it says that the user has just allowed sound. */
  readonly gesture?: number;
  /** The browser refuses to play sound before a gesture; it plays without. */
  readonly onSoundBlocked?: () => void;
}

/** Plays a live stream. */
export function StreamVideo(props: StreamVideoProps) {
  const { stream, silent = false, speaker, gesture = 0, onSoundBlocked } = props;
  const ref = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    if (element.srcObject !== (stream ?? null)) element.srcObject = stream ?? null;
    if (stream === undefined) return;
    element.muted = silent;
    element.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      element.muted = true;
      onSoundBlocked?.();
      element.play().catch(() => {});
    });
  }, [stream, silent, gesture]);

  useEffect(() => {
    const element = ref.current;
    if (element === null || speaker === undefined || !('setSinkId' in element)) return;
    // A loudspeaker that is gone: the system's choice goes on playing.
    element.setSinkId(speaker).catch(() => {});
  }, [speaker]);

  return (
    // Live speech: there are no captions to offer.
    // biome-ignore lint/a11y/useMediaCaption: a live lesson has no caption track
    <video
      ref={ref}
      class={props.class}
      id={props.testId}
      data-testid={props.testId}
      aria-label={props.label}
      playsInline
      autoplay
    />
  );
}
