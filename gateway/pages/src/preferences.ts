/** What the page remembers from visit to visit. */
export type Preference = 'name' | 'language' | 'microphone' | 'camera' | 'speaker' | 'shortcuts';

/** The part of `Storage` that is used. */
export interface PreferenceStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const PREFIX = 'classbridge.';
const MAX_LENGTH = 512;

/** Remembers by `localStorage`; where the browser forbids it, for the time of the visit only. */
export class Preferences {
  readonly #storage: () => PreferenceStorage;
  readonly #visit = new Map<Preference, string>();

  /** @param storage called at every use: reading `window.localStorage` itself throws where it is forbidden */
  constructor(storage: () => PreferenceStorage) {
    this.#storage = storage;
  }

  get(key: Preference): string | undefined {
    const value = this.#visit.get(key) ?? this.#stored(key);
    return value === undefined || value.length > MAX_LENGTH ? undefined : value;
  }

  set(key: Preference, value: string): void {
    this.#visit.set(key, value);
    try {
      this.#storage().setItem(PREFIX + key, value);
    } catch {
      // Forbidden or full: the visit remembers.
    }
  }

  #stored(key: Preference): string | undefined {
    try {
      return this.#storage().getItem(PREFIX + key) ?? undefined;
    } catch {
      return undefined;
    }
  }
}
