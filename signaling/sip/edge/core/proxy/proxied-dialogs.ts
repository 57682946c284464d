import type { Clock, Timer } from '../../clock.ts';
import { tagOf } from '../../dialog/dialog.ts';
import { fieldValue, type SipMessage } from '../../message/message.ts';
import type { Flow } from '../../transport/transport.ts';

/** How one party of a proxied dialog is reached. */
export interface ProxiedParty {
  readonly tag: string;
  /** The flow of its latest message. */
  flow: Flow;
  /** Its Contact leads nowhere: only the flow does. */
  readonly behindNat: boolean;
}

/** A dialog in which the edge stays as a proxy. */
export interface ProxiedDialog {
  readonly callId: string;
  readonly caller: ProxiedParty;
  readonly callee: ProxiedParty;
  confirmed: boolean;
}

/** A dialog without any message for this long is forgotten, milliseconds: its end was lost. */
const FORGOTTEN_AFTER = 12 * 3_600_000;

/** The dialogs in which the edge stays as a proxy: what it forwards requests for, and nothing else. */
export class ProxiedDialogs {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #dialogs = new Map<string, { dialog: ProxiedDialog; expiry: Timer }>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#dialogs.size;
  }

  /** Remembers a dialog, or that it was heard of. @returns the one remembered; undefined where there are too many */
  keep(dialog: ProxiedDialog): ProxiedDialog | undefined {
    const key = keyOf(dialog.callId, dialog.caller.tag, dialog.callee.tag);
    const known = this.#dialogs.get(key);
    if (known === undefined && this.#dialogs.size >= this.#limit) return undefined;
    known?.expiry.cancel();
    const kept = known?.dialog ?? dialog;
    this.#dialogs.set(key, {
      dialog: kept,
      expiry: this.#clock.after(FORGOTTEN_AFTER, () => this.#dialogs.delete(key)),
    });
    return kept;
  }

  /** The dialog of a message of either party. */
  find(message: SipMessage): ProxiedDialog | undefined {
    const key = keyOf(fieldValue(message, 'Call-ID') ?? '', tagOf(message, 'From'), tagOf(message, 'To'));
    return this.#dialogs.get(key)?.dialog;
  }

  forget(dialog: ProxiedDialog): void {
    const key = keyOf(dialog.callId, dialog.caller.tag, dialog.callee.tag);
    this.#dialogs.get(key)?.expiry.cancel();
    this.#dialogs.delete(key);
  }

  clear(): void {
    for (const { expiry } of this.#dialogs.values()) expiry.cancel();
    this.#dialogs.clear();
  }
}

/** The same whichever party sends. */
function keyOf(callId: string, oneTag: string, otherTag: string): string {
  return oneTag < otherTag ? `${oneTag}|${otherTag}|${callId}` : `${otherTag}|${oneTag}|${callId}`;
}
