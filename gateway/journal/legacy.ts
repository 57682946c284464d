import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DialogWitness } from '#signaling/sip/application/dialog-record.ts';
import { endOldDialog, farewell } from '#signaling/sip/application/end-old-dialog.ts';
import type { SipApplication } from '#signaling/sip/application/sip-application.ts';
import type { SipCall } from '#signaling/sip/application/sip-call.ts';
import type { Binding } from '#signaling/sip/registrar/location-table.ts';
import { Recaller } from '../conference/recaller.ts';
import type { SipReception } from '../conference/sip-reception.ts';
import type { H323Access } from '../h323/h323-access.ts';
import type { H323Witness } from '../h323/h323-reception.ts';
import { CallKeeper, type Dialled } from './call-keeper.ts';
import { H323CallKeeper } from './h323-call-keeper.ts';
import { Journal } from './journal.ts';
import { ProcessKeeper } from './process-keeper.ts';
import type { Redial } from './record.ts';
import { Succession } from './succession.ts';

/** The folder of the journal, and what of the running service goes into it. */
export interface LegacyOptions {
  /** The data folder. */
  readonly folder: string;
  readonly log: Logger;
  /** Whether a call's party sends as well as receives. */
  readonly isTwoWay: (call: string) => boolean;
  /** Whether a room is in a class. */
  readonly isThere: (code: string, room: Redial['remote']) => boolean;
  /** Name that we call as. */
  readonly titleOf: (code: string) => string;
}

/** Calls rooms by H.323. */
export type H323Dialler = Pick<H323Access, 'call'>;

/** ms that a room may take to answer the BYE of an old dialog before it is called again. */
const BYE_PATIENCE = 2000;
/** SIP cause (RFC 3326): the service was unavailable. */
const REASON = 'SIP;cause=503;text="Service was interrupted"';

/** What one gateway leaves to the next: processes, dialogs, rooms to be called again, registrations. */
export class Legacy {
  readonly processes: ProcessKeeper;
  readonly #options: LegacyOptions;
  readonly #journal: Journal;
  readonly #calls: CallKeeper;
  readonly #h323Calls: H323CallKeeper;
  #recaller: Recaller | undefined;
  #succession: Succession | undefined;

  private constructor(options: LegacyOptions, journal: Journal) {
    this.#options = options;
    this.#journal = journal;
    this.processes = new ProcessKeeper(journal, options.log);
    this.#calls = new CallKeeper(journal, options.isTwoWay);
    this.#h323Calls = new H323CallKeeper(journal);
  }

  /** Reads what the gateway before left and ends its processes. Rejects where that one still runs, or the folder cannot be written. */
  static async open(options: LegacyOptions): Promise<Legacy> {
    const legacy = new Legacy(options, Journal.open(options.folder, options.log));
    await legacy.processes.endOrphans();
    legacy.processes.begin();
    return legacy;
  }

  /** To be told of dialogs. */
  get witness(): DialogWitness {
    return this.#calls;
  }

  /** The contacts of users that the gateway before knew. */
  get bindings(): ReadonlyMap<string, readonly Binding[]> {
    const records = [...this.#journal.inherited.values()].filter((record) => record.kind === 'bindings');
    return new Map(records.map(({ id, bindings }) => [id, bindings]));
  }

  /** The contacts of a user changed. */
  bound(user: string, bindings: readonly Binding[]): void {
    if (bindings.length === 0) {
      this.#journal.drop('bindings', user);
    } else {
      this.#journal.put({ kind: 'bindings', id: user, bindings: [...bindings] });
    }
  }

  /** A room calls. */
  readonly taken = (call: SipCall): void => {
    this.#recaller?.callsItself(call);
    this.#calls.watch(call);
  };

  /** Media were agreed on. */
  readonly joined = (call: SipCall): void => this.#calls.joined(call);

  /** A room is called. */
  readonly dialled = (call: SipCall, options: Dialled): void => this.#calls.watch(call, options);

  /** What becomes of H.323 calls. */
  get h323(): H323Witness {
    return {
      taken: (call, uri) => {
        this.#recaller?.callsItself(call);
        this.#h323Calls.watch(call, uri);
      },
      dialled: (call, uri) => this.#h323Calls.watch(call, uri),
      joined: (call) => this.#h323Calls.joined(call),
    };
  }

  /**
   * Ends the calls of the gateway before and calls its rooms again; resolves when all are there or given up. `h323` is undefined where it
   * is switched off.
   */
  async settle(sip: SipApplication, reception: SipReception, h323: H323Dialler | undefined): Promise<void> {
    const { log, isThere, titleOf } = this.#options;
    const recaller = new Recaller((options) => {
      if (!isH323(options.uri)) {
        return reception.dial(options, true);
      }
      const { uri, target, displayName } = options;
      return h323?.call({ to: uri, target, displayName, returns: true }) ?? Promise.resolve('unreachable');
    });
    this.#recaller = recaller;
    const succession = new Succession({
      journal: this.#journal,
      log,
      endDialog: (dialog) =>
        endOldDialog((request) => sip.send(request), farewell(dialog, REASON, Date.now()), BYE_PATIENCE),
      dial: (code, { uri, proxy, lateOffer, remote }) => {
        const hop = proxy === undefined ? {} : { proxy };
        return recaller.call({ uri, target: code, displayName: titleOf(code), lateOffer, remote, ...hop });
      },
      isThere,
      sleep,
    });
    this.#succession = succession;
    await succession.run();
  }

  /** Calls nobody again any more. */
  giveUp(): void {
    this.#succession?.giveUp();
  }

  /** Everything has been ended in order: there is nothing left to say, but where rooms are registered. */
  close(): void {
    this.processes.end();
    this.#journal.close();
  }
}

function isH323(uri: string): boolean {
  return /^h323:/i.test(uri);
}
