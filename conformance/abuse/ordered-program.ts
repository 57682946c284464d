import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program beside the test that takes orders over an IPC channel and reports on each: making floods must not disturb who watches. */
export class OrderedProgram {
  readonly #child: ChildProcess;

  /** @param path of the program, which Node runs */
  constructor(path: string) {
    this.#child = spawn(process.execPath, [path], { stdio: ['ignore', 2, 2, 'ipc'] });
  }

  /** Gives an order; resolves to what the program reports. Rejects where it ends, or does not report within `timeout` ms. */
  async order(order: object, timeout: number): Promise<unknown> {
    this.#child.send(order);
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(timeout)]);
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the program ended with ${code}`);
    });
    try {
      const [report]: unknown[] = await Promise.race([once(this.#child, 'message', { signal }), ended]);
      return report;
    } finally {
      over.abort();
      await ended.catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
  }
}
