import type { Protocol } from '#signaling/call/call.ts';
import type { TransportBan } from '#signaling/network/transport-guard.ts';

/** The bans of one dialect. */
export interface BannedSources {
  /** Those that hold, the oldest first. */
  bans(): readonly TransportBan[];
  /** Ends the ban of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string): boolean;
}

/** A ban, and what the source may not speak any more. */
export type ListedBan = TransportBan & { readonly protocol: Protocol };

/** The bans of all dialects: each counts by itself what comes to nothing, and bans from itself alone. */
export class BanLists {
  readonly #lists = new Map<Protocol, BannedSources>();

  /** Adds those of a dialect; undefined where it bans nobody. */
  add(protocol: Protocol, list: BannedSources | undefined): void {
    if (list !== undefined) {
      this.#lists.set(protocol, list);
    }
  }

  /** Those that hold, the oldest first. */
  bans(): ListedBan[] {
    return [...this.#lists]
      .flatMap(([protocol, list]) => list.bans().map((ban) => ({ ...ban, protocol })))
      .sort((a, b) => a.since - b.since);
  }

  /** Ends all bans of a source. @returns false where there was none */
  lift(name: string): boolean {
    return [...this.#lists.values()].map((list) => list.lift(name)).includes(true);
  }
}
