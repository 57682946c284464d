import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { processTime } from './process-time.ts';

/** A program of ours to be measured, held to one core. */
export interface PinnedProgramOptions {
  /** Path of what Node runs: it answers its options, which it is sent first, when it is ready. */
  readonly program: string;
  readonly core: number;
  /** Network namespace that it runs in; undefined for ours. */
  readonly namespace?: string;
  /** Of Node. */
  readonly flags?: readonly string[];
  readonly options: object;
}

/** ms that a program may take to come up, and to answer when it is overloaded. */
const PATIENCE = 20_000;

/** A program of ours that runs on one core and is spoken with over an IPC channel. */
export class PinnedProgram {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it is ready; rejects where it is not within 20 s. */
  static async start({ program, core, namespace, flags = [], options }: PinnedProgramOptions): Promise<PinnedProgram> {
    const behind = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    const words = [...behind, 'taskset', '-c', String(core), process.execPath, ...flags, program];
    const [command = '', ...parameters] = words;
    // What it logs goes where progress goes: standard output is for the report.
    const child = spawn(command, parameters, { stdio: ['ignore', 2, 2, 'ipc'] });
    const started = new PinnedProgram(child);
    try {
      await started.ask(options);
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** ms of processor time that it has used. */
  get processTime(): number {
    return processTime(this.#pid);
  }

  /** Sends it something; resolves to its answer. Rejects where there is none within `patience` ms. */
  async ask(question: object | string, patience = PATIENCE): Promise<unknown> {
    this.#child.send(question);
    const [message]: unknown[] = await once(this.#child, 'message', { signal: AbortSignal.timeout(patience) });
    return message;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
  }

  // `ip` and `taskset` become the program that they start: its id is theirs.
  get #pid(): number {
    if (this.#child.pid === undefined) {
      throw new Error('the program was not started');
    }
    return this.#child.pid;
  }
}
