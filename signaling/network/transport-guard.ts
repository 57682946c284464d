import type { Ban } from './ban-list.ts';
import { type GuardedDoor, type Passage, SourceGuard, type SourceGuardOptions } from './source-guard.ts';

/** How something came: by datagrams, whose sender's address can be forged, or by a connection, whose handshake proves it. */
export type Transport = 'udp' | 'tcp';

/** A ban, and by what nothing comes in from the source any more. */
export interface TransportBan extends Ban {
  readonly transports: readonly Transport[];
}

/** As in `SourceGuardOptions`. */
export interface TransportGuardOptions extends Omit<SourceGuardOptions, 'banned'> {
  /** Called for every new ban. */
  readonly banned?: (ban: TransportBan) => void;
}

/** What a ban closes that was earned by datagrams, and by connections. */
const CLOSED = { udp: ['udp'], tcp: ['tcp', 'udp'] } as const;

/**
 * Budgets and bans of sources by transport: what comes by datagrams costs those of its address nothing who connect, since anybody may
 * have sent it. Who is banned for what came by connections is himself at that address: his datagrams are not read either. What he
 * succeeds in proves his address to both. Pure: the time (ms) is an argument.
 */
export class TransportGuard {
  readonly #guards: Readonly<Record<Transport, SourceGuard>>;

  /** @throws RangeError where `never` names what is no network */
  constructor(options: TransportGuardOptions) {
    const { banned, ...rules } = options;
    const guard = (transport: Transport) =>
      new SourceGuard({ ...rules, banned: (ban) => banned?.({ ...ban, transports: CLOSED[transport] }) });
    this.#guards = { udp: guard('udp'), tcp: guard('tcp') };
  }

  /** Puts the guard before a door. */
  protect(door: GuardedDoor): void {
    this.#guards.tcp.protect(door);
    this.#guards.udp.protect({ stands: (source) => door.stands(source), close: () => undefined });
  }

  /** How what comes from this address is taken. */
  passage(transport: Transport, address: string, now: number): Passage {
    if (transport === 'udp' && this.isProvenBanned(address, now)) return 'closed';
    return this.#guards[transport].passage(address, now);
  }

  /** Whether this address is banned for what came by its connections. */
  isProvenBanned(address: string, now: number): boolean {
    return this.#guards.tcp.isBanned(address, now);
  }

  /** Something of this address came to nothing. */
  spend(transport: Transport, address: string, cost: number, now: number): void {
    this.#guards[transport].spend(address, cost, now);
  }

  /** Something of this address came to something. @param registeredFor ms that its registration holds */
  succeeded(transport: Transport, address: string, now: number, registeredFor?: number): void {
    this.#guards[transport].succeeded(address, now, registeredFor);
    this.#guards[transport === 'udp' ? 'tcp' : 'udp'].vouch(address, now, registeredFor);
  }

  /** Whether something of this address came to something within the last hour. */
  isTrusted(address: string, now: number): boolean {
    return this.#guards.udp.isTrusted(address, now);
  }

  /** Whether this address is never limited. */
  isNever(address: string): boolean {
    return this.#guards.udp.isNever(address);
  }

  /** The bans that hold, the oldest first; of two of one source, what they close together as long as one of them holds. */
  bans(now: number): TransportBan[] {
    const bans = new Map<string, TransportBan>();
    for (const transport of ['tcp', 'udp'] as const) {
      for (const ban of this.#guards[transport].bans(now)) {
        const { source, since, until } = ban;
        const { transports, ...other } = bans.get(source) ?? { ...ban, transports: CLOSED[transport] };
        const times = { since: Math.min(since, other.since), until: Math.max(until, other.until) };
        bans.set(source, { source, ...times, transports });
      }
    }
    return [...bans.values()].sort((a, b) => a.since - b.since);
  }

  /** Ends the bans of a source, named by itself or by an address of it. @returns false where there was none */
  lift(name: string, now: number): boolean {
    return [this.#guards.udp, this.#guards.tcp].map((guard) => guard.lift(name, now)).includes(true);
  }
}
