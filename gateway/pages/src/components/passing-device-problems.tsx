import { useEffect, useState } from 'preact/hooks';
import type { LocalMedia } from '../media/local-media.ts';
import { useStore } from '../use-store.ts';
import { DeviceProblems } from './device-problems.tsx';

/** Milliseconds for which a problem stands in front of the lesson. */
const SHOWN = 10_000;

/** Problems with microphone and camera in the lesson: shown when they come up or were tried again, then out of the way. */
export function PassingDeviceProblems({ local }: { local: LocalMedia }) {
  const { audio, video } = useStore(local.state);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (audio.problem === undefined && video.problem === undefined) return undefined;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN);
    return () => clearTimeout(timer);
  }, [audio, video]);
  return shown ? <DeviceProblems local={local} /> : null;
}
