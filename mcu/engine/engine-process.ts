import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { engineEnvironment } from './compiled.ts';
import { DecodeMarksFile } from './decode-marks.ts';
import { type EngineThread, HeartbeatWatch, type ThreadTimes, WATCH_DISTANCE } from './heartbeat-watch.ts';
import { yieldNoMore, yieldToOthers } from './process-priority.ts';
import { type Command, type Fact, factSchema } from './protocol.ts';
import type { EngineDeath } from './quarantine.ts';
import { readTaskTimes, stateOf } from './task-times.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** How long an engine may take to say that it is ready, ms. */
const START_TIMEOUT = 15_000;
/** ms in which an engine that is told to stop has to. */
const STOP_TIMEOUT = 2000;
/** By what a process dies of its own native code; abort() is how libraries give up. */
const CRASHES: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);

/** How an engine process ended. */
export interface EngineEnd extends EngineDeath {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The thread that stood still, where the process was killed for it. */
  readonly hung: EngineThread | undefined;
}

interface EngineProcessEvents {
  fact: [fact: Fact];
  /** It said what is none of its facts; how many things are wrong with it. */
  refused: [issues: number];
  /** It is gone; once. */
  ended: [end: EngineEnd];
}

/** The clock that an engine is given, and when it counts as hung. */
export interface EngineProcessOptions {
  /** Wall clock ms (Unix time) minus monotonic ms. */
  readonly wallOffset: number;
  /** ms for which a thread may be silent before the process is killed. */
  readonly patience: number;
  /** It has time to start: others go first. */
  readonly yields: boolean;
}

/** One engine process: its channel, its heartbeats, and what it decodes. */
export class EngineProcess extends EventEmitter<EngineProcessEvents> {
  /** Resolves when it takes commands; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #marks: DecodeMarksFile | undefined;
  #patience: number;
  #watch: HeartbeatWatch | undefined;
  #watching: NodeJS.Timeout | undefined;
  #ioTask: number | undefined;
  #hung: EngineThread | undefined;
  #wasStopped = false;
  #ended = false;

  /** Starts the process. */
  constructor({ wallOffset, patience, yields }: EngineProcessOptions) {
    super();
    this.#patience = patience;
    this.#marks = openMarks();
    const inherited = this.#marks === undefined ? [] : [this.#marks.fd];
    const child = fork(MAIN, [String(wallOffset), ...inherited.map(() => '4')], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...inherited],
      env: engineEnvironment(process.env),
    });
    this.#child = child;
    if (yields && child.pid !== undefined) {
      yieldToOthers(child.pid);
    }
    this.ready = new Promise((resolve, reject) => {
      const late = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT);
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        clearTimeout(late);
        reject(new Error(`the engine ended (${signal ?? code})`));
        this.#onEnd(code, signal);
      };
      child.on('message', (message) => {
        const fact = factSchema.safeParse(message);
        if (!fact.success) {
          this.emit('refused', fact.error.issues.length);
        } else if (fact.data.type === 'ready') {
          clearTimeout(late);
          this.#ioTask = fact.data.ioTask;
          this.#beginWatch();
          resolve();
        } else {
          this.#onFact(fact.data);
        }
      });
      child.once('exit', end);
      // Where it could not be started there is no exit; a failed send or signal is followed by one.
      child.on('error', () => child.pid === undefined && end(null, null));
    });
    // Who waits for it hears of it; `ended` tells the others.
    this.ready.catch(() => undefined);
  }

  /** Process id; undefined where it could not be started. */
  get id(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it is ready and its threads turn. */
  get alive(): boolean {
    return !this.#ended && this.#watch !== undefined && this.#watch.silent === undefined;
  }

  /** It is needed: it yields to nobody from now on, and its threads may be silent for `patience` ms. */
  hurry(patience: number): void {
    this.#patience = patience;
    if (this.#watch !== undefined) {
      this.#watch = new HeartbeatWatch(patience, performance.now());
    }
    if (this.#child.pid !== undefined) {
      yieldNoMore(this.#child.pid);
    }
  }

  send(command: Command): void {
    if (this.#child.connected) {
      this.#child.send(command, () => undefined);
    }
  }

  /** Ends it; resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#ended) {
      return;
    }
    await new Promise<void>((resolve) => {
      const forced = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT);
      this.once('ended', () => {
        clearTimeout(forced);
        resolve();
      });
      this.send({ type: 'stop' });
    });
  }

  #onFact(fact: Fact): void {
    if (fact.type === 'heartbeat') {
      this.#watch?.beat(fact.thread);
    } else {
      this.emit('fact', fact);
    }
  }

  #beginWatch(): void {
    this.#watch = new HeartbeatWatch(this.#patience, performance.now());
    this.#watching = setInterval(() => this.#lookAfter(), WATCH_DISTANCE);
  }

  #lookAfter(): void {
    this.#watch?.step(performance.now(), this.#threadTimes());
    const silent = this.#watch?.silent;
    if (silent !== undefined && this.#hung === undefined) {
      this.#hung = silent;
      this.#wasStopped = isStopped(this.#child.pid);
      this.#child.kill('SIGKILL');
    }
  }

  /** The main thread of a process has the number of the process (gettid(2)). */
  #threadTimes(): ThreadTimes {
    const { pid } = this.#child;
    const read = (task: number | undefined) => (pid && task ? readTaskTimes(pid, task) : undefined);
    return { picture: read(pid), io: read(this.#ioTask) };
  }

  #onEnd(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    clearInterval(this.#watching);
    const decoding = this.#marks?.read() ?? [];
    this.#marks?.close();
    this.emit('ended', { kind: this.#kindOf(signal), decoding, code, signal, hung: this.#hung });
  }

  #kindOf(signal: NodeJS.Signals | null): EngineDeath['kind'] {
    if (this.#hung !== undefined) {
      return this.#wasStopped ? 'other' : 'hang';
    }
    return signal !== null && CRASHES.has(signal) ? 'crash' : 'other';
  }
}

/** Without a folder for the file the engine works all the same; nobody can then be blamed for its death. */
function openMarks(): DecodeMarksFile | undefined {
  try {
    return DecodeMarksFile.open();
  } catch {
    return undefined;
  }
}

/** Whether a process was stopped from outside (state T of proc(5)): then it does not hang by itself. */
function isStopped(pid: number | undefined): boolean {
  try {
    return /^[Tt]$/.test(stateOf(readFileSync(`/proc/${pid}/stat`, 'latin1')));
  } catch {
    return false;
  }
}
