import { useEffect } from 'preact/hooks';
import type { LocalMedia } from '../media/local-media.ts';
import { shortcut } from '../shortcut.ts';

/** While `active`: M switches the microphone, V the camera. */
export function useShortcuts(local: LocalMedia, active: boolean): void {
  useEffect(() => {
    if (!active) return undefined;
    const press = (event: KeyboardEvent) => {
      const { key, ctrlKey, altKey, metaKey, repeat, target } = event;
      const typing = target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
      const action = shortcut({ key, ctrlKey, altKey, metaKey, repeat, typing });
      if (action === undefined) return;
      const kind = action === 'microphone' ? 'audio' : 'video';
      const { wanted, track } = local.state.value[kind];
      void local.setWanted(kind, !(wanted && track !== undefined));
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [local, active]);
}
