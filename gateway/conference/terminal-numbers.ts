import type { Terminal } from '#signaling/call/room-call.ts';

/** The most that the MC of a conference can number (H.245, TerminalNumber). */
const MOST_TERMINALS = 192;

/** Numbers of a lesson's parties, as H.323 rooms know them: each keeps its own while it is there, and the lowest free one is given next. */
export class TerminalNumbers {
  #numbers: ReadonlyMap<string, number> = new Map();

  /** Everybody with his number, in the order in which they are given; who comes after the 192nd has none. */
  of(parties: readonly { readonly id: string; readonly name: string }[]): (Terminal & { readonly id: string })[] {
    const kept = new Map(
      parties.flatMap(({ id }) => {
        const number = this.#numbers.get(id);
        return number === undefined ? [] : [[id, number] as const];
      }),
    );
    const taken = new Set(kept.values());
    let next = 1;
    for (const { id } of parties) {
      while (taken.has(next)) {
        next += 1;
      }
      if (!kept.has(id) && next <= MOST_TERMINALS) {
        kept.set(id, next);
        taken.add(next);
      }
    }
    this.#numbers = kept;
    return parties.flatMap(({ id, name }) => {
      const number = kept.get(id);
      return number === undefined ? [] : [{ id, name, number }];
    });
  }
}
