import type { Logger } from 'pino';
import type { DialogRecord } from '#signaling/sip/application/dialog-record.ts';
import type { OldDialogEnd } from '#signaling/sip/application/end-old-dialog.ts';
import type { RecallOutcome } from '../conference/recaller.ts';
import type { Journal } from './journal.ts';
import type { CallRecord, RecallRecord, Redial } from './record.ts';

/** What the gateway before left, and how its calls are ended and its rooms called. */
export interface SuccessionOptions {
  readonly journal: Journal;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Ends a dialog of the gateway before. */
  readonly endDialog: (dialog: DialogRecord) => Promise<OldDialogEnd>;
  /** Calls a room into a class. */
  readonly dial: (code: string, redial: Redial) => Promise<RecallOutcome>;
  /** Whether this room is in the class by itself. */
  readonly isThere: (code: string, remote: Redial['remote']) => boolean;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Old dialogs and recalls under way at the same time. */
const AT_ONCE = 32;
/** Tries to call a room again, over all gateways. */
const TRIES = 3;
/** ms before the second and the third try: a room may take a moment to be free after the BYE. */
const PAUSES = [0, 1000, 4000] as const;

/**
 * What a gateway does with the calls of the one before, which was killed: ends every dialog of SIP by BYE, and calls those rooms
 * again that were in a lesson. A room that comes back by itself is not called.
 */
export class Succession {
  readonly #options: SuccessionOptions;
  #given = false;

  constructor(options: SuccessionOptions) {
    this.#options = options;
  }

  /** Does it; resolves when the last room has answered or is given up. */
  async run(): Promise<void> {
    const { journal, log } = this.#options;
    const records = [...journal.inherited.values()];
    const calls = records.filter((record) => record.kind === 'call');
    const recalls = records.filter((record) => record.kind === 'recall');
    if (calls.length + recalls.length === 0) {
      return;
    }
    log.warn(
      { event: 'calls-inherited', calls: calls.length, recalls: recalls.length },
      'the gateway before left calls: they are ended and their rooms are called again',
    );
    const work = [
      ...recalls.map((record) => () => this.#recall(record)),
      ...calls.map((record) => () => this.#end(record)),
    ];
    const next = async (): Promise<void> => {
      for (let job = work.shift(); job !== undefined; job = work.shift()) {
        await job();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    log.info({ event: 'calls-settled' }, 'no call of the gateway before is left');
  }

  /** No room is called any more: the service stops. */
  giveUp(): void {
    this.#given = true;
  }

  async #end(record: CallRecord): Promise<void> {
    const { journal, log, endDialog } = this.#options;
    const { id, dialog, redial, why } = record;
    const end = dialog === undefined ? 'connection-lost' : await endDialog(dialog);
    log.info({ event: 'old-call-ended', call: id, class: record.class, end }, 'a call of the gateway before is over');
    if (redial === undefined || end === 'unknown-there') {
      // A room that knows nothing of the call has hung up meanwhile, or calls again by itself.
      log.info({ event: 'not-called-again', call: id, class: record.class, why: why ?? end }, 'not called again');
      journal.drop('call', id);
      return;
    }
    const recall: RecallRecord = { kind: 'recall', id, class: record.class, redial, tries: 0 };
    journal.put(recall);
    journal.drop('call', id);
    await this.#recall(recall);
  }

  async #recall(recall: RecallRecord): Promise<void> {
    const { journal, log, dial, isThere, sleep } = this.#options;
    const { id, redial } = recall;
    for (let tries = recall.tries; tries < TRIES && !this.#given; tries++) {
      await sleep(PAUSES[tries] ?? 0);
      if (this.#given) {
        break;
      }
      if (isThere(recall.class, redial.remote)) {
        log.info({ event: 'came-back', call: id, class: recall.class }, 'a room is back by itself');
        break;
      }
      // Before it is tried: should that bring this gateway down, the next one tries less often.
      journal.put({ ...recall, tries: tries + 1 });
      const outcome = await dial(recall.class, redial);
      log.info(
        { event: 'called-again', call: id, class: recall.class, try: tries + 1, outcome },
        'a room was called again',
      );
      if (outcome !== 'failed') {
        break;
      }
    }
    journal.drop('recall', id);
  }
}
