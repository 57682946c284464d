import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program beside the test that takes orders over an IPC channel and reports on each: making floods must not disturb who watches. */
export class OrderedProgram {
  readonly #child: ChildProcess;

  /** @param path of the program, which Node runs */
  constructor(path: string) {
    this.#child = spawn(process.execPath, [path], { stdio: ['ignore', 2, 2, 'ipc'] });
  }

  /** Gives an order; resolves to what the program reports. Rejects where it does not within `timeout` ms. */
  async order(order: object, timeout: number): Promise<unknown> {
    this.#child.send(order);
    const [report]: unknown[] = await once(this.#child, 'message', { signal: AbortSignal.timeout(timeout) });
    return report;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
  }
}
