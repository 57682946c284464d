import type { TransportDrop } from '../transport/transport.ts';

/** Why a message was thrown away. */
export type DropReason =
  | TransportDrop
  | 'unreadable'
  | 'malformed'
  | 'no-transaction'
  | 'no-dialog'
  | 'too-many-transactions'
  | 'repeated';

/** Messages of one kind so far. */
export interface MessageCount {
  readonly direction: 'in' | 'out';
  readonly protocol: 'udp' | 'tcp';
  readonly kind: 'request' | 'response';
  /** Of the request, or of the CSeq of the response; `other` for methods the edge does not know. */
  readonly method: string;
  /** `1xx` to `6xx`; empty for requests. */
  readonly statusClass: string;
  readonly count: number;
}

/** The state of the edge at one moment, for metrics. */
export interface EdgeFigures {
  readonly messages: readonly MessageCount[];
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly serverTransactions: number;
  readonly clientTransactions: number;
  readonly dialogs: number;
  /** Invitations without a final answer yet, both directions. */
  readonly pendingInvites: number;
  /** TCP connections of SIP. */
  readonly connections: number;
  /** Connected applications. */
  readonly applications: number;
}

/** RFC 3261, 3262, 3311, 3428, 3515, 3903, 6086, 6665. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' '),
);

/** Counts messages; labels come from closed sets, so that strangers cannot make new ones. */
export class Counters {
  readonly #messages = new Map<string, { -readonly [Key in keyof MessageCount]: MessageCount[Key] }>();
  readonly #dropped = new Map<DropReason, number>();

  message(
    direction: 'in' | 'out',
    protocol: 'udp' | 'tcp',
    kind: 'request' | 'response',
    givenMethod: string,
    status?: number,
  ): void {
    const method = KNOWN_METHODS.has(givenMethod) ? givenMethod : 'other';
    const statusClass = status === undefined ? '' : `${Math.floor(status / 100)}xx`;
    const key = `${direction}|${protocol}|${kind}|${method}|${statusClass}`;
    const entry = this.#messages.get(key);
    if (entry !== undefined) entry.count += 1;
    else this.#messages.set(key, { direction, protocol, kind, method, statusClass, count: 1 });
  }

  drop(reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  messages(): MessageCount[] {
    return [...this.#messages.values()].map((entry) => ({ ...entry }));
  }

  dropped(): Partial<Record<DropReason, number>> {
    return Object.fromEntries(this.#dropped);
  }
}
