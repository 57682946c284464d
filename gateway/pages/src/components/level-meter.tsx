import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import { MicrophoneLevel } from '../media/microphone-level.ts';

/** Milliseconds between two measurements. */
const PERIOD = 60;

/** How loud the microphone is, measured while shown. Moves without a new drawing of the page. */
export function LevelMeter({ track }: { track: MediaStreamTrack | undefined }) {
  const texts = useTexts();
  const bar = useRef<HTMLSpanElement>(null);
  const value = useRef<HTMLMeterElement>(null);

  useEffect(() => {
    const show = (level: number) => {
      bar.current?.style.setProperty('transform', `scaleX(${level.toFixed(3)})`);
      if (value.current !== null) value.current.value = level;
    };
    if (track === undefined) {
      show(0);
      return undefined;
    }
    const meter = new MicrophoneLevel(track);
    let shown = 0;
    const timer = setInterval(() => {
      // Up at once, down slowly: speech stays readable.
      shown = Math.max(meter.read(), shown - 0.04);
      show(shown);
    }, PERIOD);
    return () => {
      clearInterval(timer);
      meter.close();
    };
  }, [track]);

  return (
    <div class="meter">
      <meter ref={value} class="unseen" min={0} max={1} aria-label={texts.preJoin.level} data-testid="level" />
      <span ref={bar} class="meter-bar" aria-hidden="true" />
    </div>
  );
}
