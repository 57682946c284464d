/** What a key does in a lesson. */
export type ShortcutAction = 'microphone' | 'camera';

/** A key that was pressed, and where. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** The key goes into a text field or a list. */
  readonly typing: boolean;
}

/** M microphone, V camera; undefined for every other key, and while typing. */
export function shortcut(press: KeyPress): ShortcutAction | undefined {
  if (press.typing || press.repeat || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  switch (press.key.toLowerCase()) {
    case 'm':
      return 'microphone';
    case 'v':
      return 'camera';
    default:
      return undefined;
  }
}
