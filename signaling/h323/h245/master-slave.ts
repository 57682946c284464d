import { type H245Message, indication, request, response } from './message.ts';
import { Timer } from './timer.ts';
import type { H245 } from './types.ts';

/** What a side is to the other one (H.245 §C.2). */
export type Role = 'master' | 'slave';

/** Our part in the determination, and where messages and results go (H.245 §8.2). */
export interface MasterSlaveOptions {
  /** H.323 table 1: 60 a gateway without MC, 120 … 190 an MCU, 240 the active MC of a conference. */
  readonly terminalType: number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly send: (message: H245Message) => void;
  readonly determined: (role: Role) => void;
  readonly failed: () => void;
}

/** T106 of H.245: the other side must have answered within this, ms. */
const ANSWER_TIME = 10_000;
/** N100 of H.245: how often equal numbers are drawn again. */
const MAXIMUM_TRIES = 10;
const MODULUS = 0x100_0000;

/** Finds out who is master (H.245 §8.2, §C.2): both sides may begin at once, several times, and come to the same. */
export class MasterSlaveDetermination {
  readonly #options: MasterSlaveOptions;
  readonly #timer = new Timer();
  #state: 'idle' | 'outgoing' | 'incoming' = 'idle';
  #number: number;
  #tries = 0;
  #role: Role | undefined;

  constructor(options: MasterSlaveOptions) {
    this.#options = options;
    this.#number = this.#draw();
  }

  /** What we are; undefined until it is determined. */
  get role(): Role | undefined {
    return this.#role;
  }

  get timer(): Timer {
    return this.#timer;
  }

  /** Asks for it; does nothing where it is under way. */
  start(now: number): void {
    if (this.#state === 'idle') {
      this.#tries = 1;
      this.#ask(now);
    }
  }

  /** Asks again where the question is not answered yet: it was lost. */
  repeat(now: number): void {
    if (this.#state === 'outgoing') {
      this.#ask(now);
    }
  }

  onRequest(theirs: H245<'MasterSlaveDetermination'>, now: number): void {
    if (this.#state === 'incoming') {
      // They begin anew before they answered: we do too.
      this.#state = 'idle';
    }
    const role = this.#compare(theirs);
    if (role !== undefined) {
      this.#role = role;
      this.#acknowledge(role);
      this.#state = 'incoming';
      this.#timer.start(now, ANSWER_TIME);
    } else if (this.#state === 'outgoing') {
      this.#tryAgain(now);
    } else {
      this.#options.send(
        response('masterSlaveDeterminationReject', { cause: { type: 'identicalNumbers', value: null } }),
      );
    }
  }

  onAck({ decision }: H245<'MasterSlaveDeterminationAck'>): void {
    if (this.#state === 'idle' || decision.type === 'unknown') {
      return;
    }
    if (this.#state === 'outgoing') {
      this.#role = decision.type;
      this.#acknowledge(decision.type);
    } else if (decision.type !== this.#role) {
      this.#end();
      this.#options.failed();
      return;
    }
    this.#end();
    this.#options.determined(decision.type);
  }

  onReject(now: number): void {
    if (this.#state === 'outgoing') {
      this.#tryAgain(now);
    }
  }

  onRelease(): void {
    if (this.#state !== 'idle') {
      this.#end();
      this.#options.failed();
    }
  }

  tick(now: number): void {
    if (!this.#timer.expire(now)) {
      return;
    }
    if (this.#state === 'outgoing') {
      this.#options.send(indication('masterSlaveDeterminationRelease', {}));
    }
    this.#end();
    this.#options.failed();
  }

  #ask(now: number): void {
    const { terminalType, send } = this.#options;
    this.#state = 'outgoing';
    this.#timer.start(now, ANSWER_TIME);
    send(request('masterSlaveDetermination', { terminalType, statusDeterminationNumber: this.#number }));
  }

  #tryAgain(now: number): void {
    if (this.#tries >= MAXIMUM_TRIES) {
      this.#end();
      this.#options.failed();
      return;
    }
    this.#tries += 1;
    this.#number = this.#draw();
    this.#ask(now);
  }

  /** The decision is what the receiver of the message is (H.245 §C.2.3). */
  #acknowledge(ours: Role): void {
    const type = ours === 'master' ? 'slave' : 'master';
    this.#options.send(response('masterSlaveDeterminationAck', { decision: { type, value: null } }));
  }

  /** Undefined where the numbers do not tell. */
  #compare({ terminalType, statusDeterminationNumber }: H245<'MasterSlaveDetermination'>): Role | undefined {
    if (terminalType !== this.#options.terminalType) {
      return terminalType < this.#options.terminalType ? 'master' : 'slave';
    }
    const difference = (statusDeterminationNumber - this.#number + MODULUS) % MODULUS;
    if (difference === 0 || difference === MODULUS / 2) {
      return undefined;
    }
    return difference < MODULUS / 2 ? 'master' : 'slave';
  }

  #end(): void {
    this.#state = 'idle';
    this.#timer.stop();
  }

  #draw(): number {
    return Math.floor(this.#options.random() * MODULUS);
  }
}
