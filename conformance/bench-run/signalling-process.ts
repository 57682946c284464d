import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { currentTestNetwork } from '../network/test-network.ts';
import { processTime } from './process-time.ts';
import { type SignallingServerOptions, type SignallingState, signallingState } from './signalling-protocol.ts';

const PROGRAM = fileURLToPath(new URL('signalling-server.ts', import.meta.url));
/** ms that the server may take to come up, and to answer when it is overloaded. */
const PATIENCE = 20_000;

/** A signalling server on the service's side of the test network, held to one core. */
export class SignallingProcess {
  readonly address: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, { address, port }: SignallingServerOptions) {
    this.#child = child;
    this.address = address;
    this.port = port;
  }

  /** Rejects where it does not come up within 20 s. */
  static async start(core: number, port: number, users: SignallingServerOptions['users']): Promise<SignallingProcess> {
    const { service } = currentTestNetwork();
    const options: SignallingServerOptions = { address: service.address, port, users };
    const program = [process.execPath, '--expose-gc', PROGRAM];
    const child = spawn('ip', ['netns', 'exec', service.namespace, 'taskset', '-c', String(core), ...program], {
      // What it logs goes where progress goes: standard output is for the report.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.send(options);
    const server = new SignallingProcess(child, options);
    await server.#told();
    return server;
  }

  /** ms of processor time that it has used. */
  get processTime(): number {
    return processTime(this.#pid);
  }

  /** What stands in it; collects its garbage. */
  async state(): Promise<SignallingState> {
    this.#child.send('state');
    return signallingState.parse(await this.#told());
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
      throw new Error('the signalling server was not started');
    }
    return this.#child.pid;
  }

  async #told(): Promise<unknown> {
    const [message]: unknown[] = await once(this.#child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
    return message;
  }
}
