import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type Command,
  type Desired,
  desiredSchema,
  ENGINE_PROTOCOL_VERSION,
  type Fact,
  type FactOf,
  factSchema,
} from './protocol.ts';

interface EngineEvents {
  /** The party of this leg must be asked for a key frame by signalling. */
  'key-frame-wanted': [leg: string];
  dtmf: [leg: string, digit: string, method: 'rfc4733' | 'in-band'];
  figures: [figures: FactOf<'figures'>];
  'leg-events': [legs: FactOf<'leg-events'>['legs']];
  log: [entry: FactOf<'log'>];
  /** The engine died and another one was started with the same desired state. */
  restarted: [];
}

interface Waiting {
  readonly number: number;
  readonly resolve: (unbound: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** How long an engine may take to say that it is ready, ms. */
const START_TIMEOUT = 15_000;
/** Engines report every second; one that has not for this long (ms) hangs. */
const SILENT_AFTER = 4000;
/** Waiting time between the death of an engine and the next one, ms: none after a long life, growing when it dies at once. */
const RESTART_DELAYS = [0, 500, 2000, 5000] as const;

/** The gateway's hold on the engine process: the desired state goes in, facts come out. */
export class Engine extends EventEmitter<EngineEvents> {
  #child: ChildProcess | undefined;
  #desired: Desired | undefined;
  #waiting: Waiting[] = [];
  #closing = false;
  #startedAt = 0;
  #quickDeaths = 0;
  #heardAt = Number.NEGATIVE_INFINITY;

  /** Starts the process; resolves when it is ready. Rejects when it is not within 15 s. */
  async start(): Promise<void> {
    await this.#spawn();
  }

  /** Process id; undefined while none runs. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether a process runs and has reported within the last seconds: one that hangs is not alive. */
  get alive(): boolean {
    return this.#child !== undefined && performance.now() - this.#heardAt < SILENT_AFTER;
  }

  /**
   * Makes the state so. Resolves to the legs whose ports were taken when it is in force; rejects when the engine dies before,
   * or where the state is none that an engine takes: then the one before stays.
   */
  async apply(desired: Desired): Promise<readonly string[]> {
    desiredSchema.parse(desired);
    this.#desired = desired;
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ number: desired.number, resolve, reject });
      this.#send({ type: 'apply', desired });
    });
  }

  /** The party of this leg asked for a key frame by signalling. */
  giveKeyFrame(leg: string): void {
    this.#send({ type: 'key-frame', leg });
  }

  /** Ends the process; resolves when it is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) {
      return;
    }
    await new Promise<void>((resolve) => {
      const forced = setTimeout(() => child.kill('SIGKILL'), 2000);
      child.once('exit', () => {
        clearTimeout(forced);
        resolve();
      });
      this.#send({ type: 'stop' });
    });
  }

  #spawn(): Promise<void> {
    const child = fork(MAIN, [], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    this.#startedAt = Date.now();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the engine was not ready after ${START_TIMEOUT} ms`));
      }, START_TIMEOUT);
      child.on('message', (message) => {
        const fact = factSchema.safeParse(message);
        if (!fact.success) {
          this.emit('log', {
            type: 'log',
            level: 'error',
            event: 'engine-fact-refused',
            detail: { issues: fact.error.issues.length },
          });
          return;
        }
        if (fact.data.type === 'ready') {
          clearTimeout(late);
          resolve();
        }
        this.#onFact(fact.data);
      });
      child.on('error', reject);
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        reject(new Error(`the engine ended (${signal ?? code})`));
        this.#onExit(code, signal);
      });
    });
  }

  #onFact(fact: Fact): void {
    this.#heardAt = performance.now();
    switch (fact.type) {
      case 'applied':
        for (const { number, resolve } of this.#waiting) {
          if (number <= fact.number) {
            resolve(fact.unbound);
          }
        }
        this.#waiting = this.#waiting.filter(({ number }) => number > fact.number);
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
      case 'log':
        this.emit('log', fact);
        break;
      case 'ready':
        break;
    }
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    for (const { reject } of this.#waiting) {
      reject(new Error('the engine ended'));
    }
    this.#waiting = [];
    this.#child = undefined;
    if (this.#closing) {
      return;
    }
    this.emit('log', { type: 'log', level: 'error', event: 'engine-died', detail: { code, signal } });
    this.#quickDeaths = Date.now() - this.#startedAt > 60_000 ? 0 : this.#quickDeaths + 1;
    const delay = RESTART_DELAYS[Math.min(this.#quickDeaths, RESTART_DELAYS.length - 1)] ?? 0;
    setTimeout(() => this.#restart(), delay).unref();
  }

  #restart(): void {
    if (this.#closing) {
      return;
    }
    this.#spawn().then(
      () => {
        const desired = this.#desired ?? {
          version: ENGINE_PROTOCOL_VERSION,
          number: 0,
          legs: [],
          views: [],
          renditions: [],
        };
        this.#send({ type: 'apply', desired });
        this.emit('restarted');
      },
      () => undefined, // Its exit was seen and the next start is under way.
    );
  }

  #send(command: Command): void {
    if (this.#child?.connected === true) {
      this.#child.send(command, () => undefined);
    }
  }
}
