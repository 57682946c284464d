import { EventEmitter } from 'node:events';
import { Clock } from './clock.ts';
import { type EngineEnd, EngineProcess } from './engine-process.ts';
import { SILENCE_OF_HANG } from './heartbeat-watch.ts';
import { type Desired, desiredSchema, ENGINE_PROTOCOL_VERSION, type Fact, type FactOf } from './protocol.ts';
import { Quarantine } from './quarantine.ts';
import { RestartDelay } from './restart-delay.ts';
import { ResumeRecords } from './resume-records.ts';

interface EngineEvents {
  /** The party of this leg must be asked for a key frame by signalling. */
  'key-frame-wanted': [leg: string];
  dtmf: [leg: string, digit: string, method: 'rfc4733' | 'in-band'];
  figures: [figures: FactOf<'figures'>];
  'leg-events': [legs: FactOf<'leg-events'>['legs']];
  log: [entry: FactOf<'log'>];
  /** A process was started, or is gone. */
  process: [pid: number, state: 'started' | 'ended'];
  /** The engine died, or hung and was ended, and another one was given the same desired state. */
  restarted: [reason: 'died' | 'hung'];
  /** The ports of these legs are taken in the state that is now in force. */
  unbound: [legs: readonly string[]];
}

interface Waiting {
  readonly number: number;
  readonly resolve: (unbound: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

/** ms after an engine has begun its work before another one is started to stand by: both take the processor. */
const STANDBY_AFTER = 1500;
/** The same after a crash: where a source did it the next one is not far. */
const STANDBY_AFTER_CRASH = 100;
/** ms before another one is tried when one that stood by died. */
const STANDBY_AGAIN = 5000;
/** ms for which one that only stands by may be silent: it is waited for by nobody, and may have to yield to those at work. */
const STANDBY_PATIENCE = 15_000;
/** A state that no engine has taken by then (ms after a death) is given up by those who wait for it. */
const LONGEST_WAIT = 10_000;

const NOTHING: Desired = { version: ENGINE_PROTOCOL_VERSION, number: 0, legs: [], views: [], renditions: [] };

/**
 * The gateway's hold on the engine: the desired state goes in, facts come out. One process is at work and another one stands by. When
 * the first dies or hangs the other takes over its legs where it stopped.
 */
export class Engine extends EventEmitter<EngineEvents> {
  readonly #wallOffset = Clock.measureWallOffset();
  readonly #records = new ResumeRecords();
  readonly #quarantine = new Quarantine();
  readonly #restartDelay = new RestartDelay();
  #active: EngineProcess | undefined;
  #standby: EngineProcess | undefined;
  /** The process that was given the state. */
  #working: EngineProcess | undefined;
  #workingSince = 0;
  #startingStandby: NodeJS.Timeout | undefined;
  #desired: Desired = NOTHING;
  #waiting: Waiting[] = [];
  #givingUp: NodeJS.Timeout | undefined;
  /** Why another engine takes over. */
  #reason: 'died' | 'hung' = 'died';
  #closing = false;
  #isTakingOver = false;

  /** Starts the process; resolves when it is ready. Rejects when it is not within 15 s. */
  async start(): Promise<void> {
    const first = this.#launch();
    this.#active = first;
    await first.ready;
    this.#setToWork(first);
  }

  /** Process id; undefined while none runs. */
  get processId(): number | undefined {
    return this.#active?.id;
  }

  /** Whether a process is at work and its threads turn: one that hangs is not alive. */
  get alive(): boolean {
    return this.#working?.alive === true;
  }

  /** Id of the process that stands by; undefined while none does. */
  get standbyId(): number | undefined {
    return this.#standby?.id;
  }

  /** Whether another process stands by, ready to take over. */
  get standsBy(): boolean {
    return this.#standby?.alive === true;
  }

  /** Legs whose pictures are not decoded any more because they brought engines down. */
  get quarantined(): readonly string[] {
    return this.#quarantine.quarantined;
  }

  /**
   * Makes the state so. Resolves to the legs whose ports were taken when it is in force, be it in another engine; rejects when none
   * takes it for long, or where the state is none that an engine takes: then the one before stays.
   */
  async apply(desired: Desired): Promise<readonly string[]> {
    desiredSchema.parse(desired);
    this.#desired = desired;
    const legs = new Set(desired.legs.map(({ id }) => id));
    this.#records.keep(legs);
    this.#quarantine.keep(legs);
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ number: desired.number, resolve, reject });
      this.#sendDesired();
    });
  }

  /** The party of this leg asked for a key frame by signalling. */
  giveKeyFrame(leg: string): void {
    this.#working?.send({ type: 'key-frame', leg });
  }

  /** Ends the processes; resolves when they are gone. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#startingStandby);
    this.#giveUp();
    await Promise.all([this.#active?.close(), this.#standby?.close()]);
  }

  #launch(isToStandBy = false): EngineProcess {
    const process = new EngineProcess({
      wallOffset: this.#wallOffset,
      patience: isToStandBy ? STANDBY_PATIENCE : SILENCE_OF_HANG,
      yields: isToStandBy,
    });
    process.on('fact', (fact) => this.#onFact(process, fact));
    process.on('refused', (issues) => this.#log('error', 'engine-fact-refused', { issues }));
    process.once('ended', (end) => this.#onEnded(process, end));
    this.#tellOfProcess(process, 'started');
    return process;
  }

  #tellOfProcess({ id }: EngineProcess, state: 'started' | 'ended'): void {
    if (id !== undefined) {
      this.emit('process', id, state);
    }
  }

  #setToWork(process: EngineProcess): void {
    if (this.#closing || this.#active !== process) {
      return;
    }
    this.#working = process;
    this.#log('info', 'engine-working', { pid: process.id });
    this.#workingSince = performance.now();
    if (this.#desired !== NOTHING) {
      process.send({ type: 'resume', records: this.#records.all });
      this.#sendDesired();
    }
    this.#startStandby(this.#quarantine.suspects(performance.now()).length > 0 ? STANDBY_AFTER_CRASH : STANDBY_AFTER);
  }

  #sendDesired(): void {
    const { quarantined } = this.#quarantine;
    const suspects = [...this.#quarantine.suspects(performance.now())];
    this.#working?.send({ type: 'apply', desired: this.#desired, quarantined: [...quarantined], suspects });
  }

  #startStandby(delay: number): void {
    clearTimeout(this.#startingStandby);
    this.#startingStandby = setTimeout(() => {
      if (!this.#closing && this.#standby === undefined && this.#working !== undefined) {
        this.#standBy(this.#launch(true));
      }
    }, delay).unref();
  }

  #standBy(process: EngineProcess): void {
    this.#standby = process;
    process.ready.then(
      () => this.#log('info', 'engine-stands-by', { pid: process.id }),
      () => undefined, // Its end is told of.
    );
  }

  #onFact(process: EngineProcess, fact: Fact): void {
    if (fact.type === 'log') {
      this.emit('log', fact);
    } else if (process === this.#working) {
      this.#onWorkingFact(fact);
    }
  }

  #onWorkingFact(fact: Fact): void {
    switch (fact.type) {
      case 'applied':
        this.#onApplied(fact);
        break;
      case 'key-frame-wanted':
        this.emit('key-frame-wanted', fact.leg);
        break;
      case 'dtmf':
        this.emit('dtmf', fact.leg, fact.digit, fact.method);
        break;
      case 'figures':
        this.emit('figures', fact);
        break;
      case 'leg-events':
        this.emit('leg-events', fact.legs);
        break;
      case 'resume-records':
        this.#records.take(fact.records);
        break;
      default:
        break;
    }
  }

  #onApplied({ number, unbound }: FactOf<'applied'>): void {
    clearTimeout(this.#givingUp);
    this.#givingUp = undefined;
    if (this.#isTakingOver) {
      this.#isTakingOver = false;
      this.#log('info', 'engine-took-over', { number, unbound: unbound.length });
    }
    for (const waiting of this.#waiting) {
      if (waiting.number <= number) {
        waiting.resolve(unbound);
      }
    }
    this.#waiting = this.#waiting.filter((waiting) => waiting.number > number);
    if (unbound.length > 0) {
      this.emit('unbound', unbound);
    }
  }

  #onEnded(process: EngineProcess, end: EngineEnd): void {
    this.#tellOfProcess(process, 'ended');
    if (this.#closing) {
      return;
    }
    const { code, signal, hung } = end;
    if (process === this.#standby) {
      this.#standby = undefined;
      this.#log('warn', 'engine-standby-died', { code, signal, hung });
      this.#startStandby(STANDBY_AGAIN);
      return;
    }
    if (process !== this.#active) {
      return;
    }
    this.#log('error', 'engine-died', { code, signal, hung, decoding: end.decoding });
    this.#judge(end);
    const life = this.#working === process ? performance.now() - this.#workingSince : 0;
    this.#working = undefined;
    this.#active = undefined;
    this.#reason = hung ? 'hung' : 'died';
    this.#followOn(this.#restartDelay.died(life));
  }

  #judge(end: EngineEnd): void {
    for (const leg of this.#quarantine.died(end, performance.now())) {
      this.#log('error', 'source-quarantined', { call: leg });
    }
  }

  /** Another process takes the place of the one that died: that which stands by, or a new one after `delay` ms. */
  #followOn(delay: number): void {
    this.#givingUp ??= setTimeout(() => this.#giveUp(), LONGEST_WAIT).unref();
    clearTimeout(this.#startingStandby);
    const standby = this.#standby;
    this.#standby = undefined;
    if (standby !== undefined) {
      this.#active = standby;
      standby.hurry(SILENCE_OF_HANG);
      this.#takeOver(standby);
      return;
    }
    setTimeout(() => {
      if (!this.#closing) {
        this.#active = this.#launch();
        this.#takeOver(this.#active);
      }
    }, delay).unref();
  }

  #takeOver(process: EngineProcess): void {
    process.ready.then(
      () => {
        this.#setToWork(process);
        if (this.#working === process) {
          this.#isTakingOver = true;
          this.emit('restarted', this.#reason);
        }
      },
      () => undefined, // Its end was seen and the next one is under way.
    );
  }

  /** Those who wait for a state shall not do so for ever. */
  #giveUp(): void {
    clearTimeout(this.#givingUp);
    this.#givingUp = undefined;
    for (const { reject } of this.#waiting) {
      reject(new Error('the engine ended'));
    }
    this.#waiting = [];
  }

  #log(level: 'info' | 'warn' | 'error', event: string, detail: Record<string, unknown>): void {
    this.emit('log', { type: 'log', level, event, detail });
  }
}
