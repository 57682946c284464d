import type { PartyInfo } from '#signaling/webrtc/protocol.ts';
import { Announcer } from './announcer.ts';
import type { BrowserSide } from './browser-side.ts';
import type { LessonState } from './desired-state.ts';
import type { Party } from './party.ts';
import { TerminalNumbers } from './terminal-numbers.ts';

/** A class that meets: its parties, and what its browsers share. */
export class Lesson implements LessonState {
  /** The class code. */
  readonly id: string;
  readonly title: string;
  readonly #parties = new Map<string, Party>();
  readonly #numbers = new TerminalNumbers();
  readonly #announcer = new Announcer(() => {
    for (const party of this.parties) {
      party.lessonChanged();
    }
  });
  /** The room in the media server; there from the first browser on. */
  browserSide: BrowserSide | undefined;

  constructor(code: string, title: string) {
    this.id = code;
    this.title = title;
  }

  get parties(): readonly Party[] {
    return [...this.#parties.values()];
  }

  get published(): LessonState['published'] {
    return this.browserSide?.published;
  }

  get forwarded(): LessonState['forwarded'] {
    return this.browserSide?.forwarded ?? [];
  }

  /** Everybody, as H.323 rooms number them. */
  get terminals(): ReturnType<TerminalNumbers['of']> {
    return this.#numbers.of(this.parties);
  }

  /** Everybody, as pages show it. */
  get info(): PartyInfo[] {
    return this.parties.map(({ id, name, protocol, sends }) => ({ id, name, protocol, ...sends }));
  }

  add(party: Party): void {
    this.#parties.set(party.id, party);
  }

  /** Whether he was there. */
  remove(party: Party): boolean {
    return this.#parties.delete(party.id);
  }

  /** Tells everybody that somebody came, went or changed: at once, or gathered with what follows soon. */
  announce(): void {
    this.#announcer.announce();
  }
}
