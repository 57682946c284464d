import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import { HangWatch } from './hang-watch.ts';
import { type GatewayMessage, gatewayMessageSchema, type SupervisorMessage } from './messages.ts';
import { RestartDelay } from './restart-delay.ts';

/** What the supervisor needs of a child process. */
export type SupervisedProcess = Pick<ChildProcess, 'pid' | 'kill' | 'send' | 'connected' | 'on' | 'once'>;

/** How often the gateway was started again, and why. */
export interface Restarts {
  readonly died: number;
  readonly hung: number;
}

/** How the gateway is started, and by which clock it is judged. */
export interface SupervisorOptions {
  /** Starts the gateway. */
  readonly start: (restarts: Restarts) => SupervisedProcess;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** ms of a clock that does not jump; `performance.now` unless told. */
  readonly now?: () => number;
}

/** ms without a beat after which the gateway hangs. */
const PATIENCE = 5000;
/** ms that a gateway may take from its start to its first beat: it loads its code meanwhile. */
const FIRST_BEAT = 30_000;
/** ms between two looks at the clock. */
const LOOK = 250;
/** ms in which a gateway that ends its calls must be gone. */
const END_WITHIN = 15_000;
/** The same once it was asked a second time. */
const FORCED_END_WITHIN = 3000;

/**
 * Starts the gateway, and starts it again whenever it dies or hangs. Only one that never became ready and says so by its exit
 * code ends the supervisor: it would not do better the second time.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #now: () => number;
  readonly #delay = new RestartDelay();
  readonly #ended = Promise.withResolvers<number>();
  #child: SupervisedProcess | undefined;
  #watch: HangWatch | undefined;
  #startedAt = 0;
  #restarts: Restarts = { died: 0, hung: 0 };
  #hung = false;
  #wasReady = false;
  #hasBeaten = false;
  #stopAsked = 0;
  #endBy = Number.POSITIVE_INFINITY;
  #waiting: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Runs until the gateway was asked to stop and is gone. @returns the exit code */
  async run(): Promise<number> {
    this.#start();
    const looking = setInterval(() => this.look(), LOOK);
    try {
      return await this.#ended.promise;
    } finally {
      clearInterval(looking);
    }
  }

  /** Asks the gateway to stop; asked again, it ends its calls at once; a third time, it is killed. */
  stop(signal: string): void {
    this.#stopAsked += 1;
    this.#options.log.info({ event: 'stopping', signal, asked: this.#stopAsked }, 'stopping');
    if (this.#child === undefined) {
      clearTimeout(this.#waiting);
      this.#ended.resolve(0);
    } else if (this.#stopAsked === 1) {
      this.#tell({ type: 'stop' });
    } else if (this.#stopAsked === 2) {
      this.#endBy = this.#now() + FORCED_END_WITHIN;
      this.#tell({ type: 'end' });
    } else {
      this.#child.kill('SIGKILL');
    }
  }

  /** Looks at the clock: a gateway that hangs, or takes too long to end, is killed. */
  look(): void {
    const now = this.#now();
    if (this.#watch?.hangs(now) === true) {
      this.#options.log.error({ event: 'gateway-hangs', pid: this.#child?.pid }, 'the gateway hangs and is killed');
      this.#watch = undefined;
      this.#hung = true;
      this.#child?.kill('SIGKILL');
    } else if (now > this.#endBy) {
      this.#endBy = Number.POSITIVE_INFINITY;
      this.#options.log.error({ event: 'gateway-does-not-end', pid: this.#child?.pid }, 'the gateway is killed');
      this.#child?.kill('SIGKILL');
    }
  }

  #start(): void {
    const child = this.#options.start(this.#restarts);
    const { pid } = child;
    this.#child = child;
    this.#startedAt = this.#now();
    this.#hasBeaten = false;
    this.#watch = new HangWatch(FIRST_BEAT, this.#startedAt);
    this.#options.log.info({ event: 'gateway-started', pid, ...this.#restarts }, 'the gateway runs');
    child.on('message', (message) => {
      const read = gatewayMessageSchema.safeParse(message);
      if (read.success) {
        this.#hear(read.data);
      }
    });
    // It could not be started, or not be told something: its end follows, or is there already.
    child.on('error', (error) => {
      this.#options.log.error({ event: 'gateway-error', err: error }, 'the gateway cannot be reached');
      if (pid === undefined) {
        this.#gone(1, null);
      }
    });
    child.once('exit', (code, signal) => this.#gone(code, signal));
  }

  #hear({ type }: GatewayMessage): void {
    const now = this.#now();
    if (!this.#hasBeaten) {
      this.#hasBeaten = true;
      this.#watch = new HangWatch(PATIENCE, now);
    }
    this.#watch?.heard(now);
    if (type === 'ready') {
      this.#wasReady = true;
    } else if (type === 'ending') {
      this.#endBy = Math.min(this.#endBy, now + END_WITHIN);
    }
  }

  #gone(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child === undefined) {
      return;
    }
    this.#child = undefined;
    this.#watch = undefined;
    this.#endBy = Number.POSITIVE_INFINITY;
    if (this.#stopAsked > 0) {
      this.#ended.resolve(code ?? 1);
      return;
    }
    if (!this.#wasReady && code !== null && code !== 0) {
      this.#ended.resolve(code);
      return;
    }
    const pause = this.#delay.died(this.#now() - this.#startedAt);
    const facts = { event: 'gateway-died', code, signal, pause, quickDeaths: this.#delay.quickDeaths };
    this.#options.log.error(facts, 'the gateway died and is started again');
    const { died, hung } = this.#restarts;
    this.#restarts = this.#hung ? { died, hung: hung + 1 } : { died: died + 1, hung };
    this.#hung = false;
    this.#waiting = setTimeout(() => this.#start(), pause);
  }

  #tell(message: SupervisorMessage): void {
    if (this.#child?.connected === true) {
      this.#child.send(message, () => undefined);
    }
  }
}
