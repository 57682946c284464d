import { fileURLToPath } from 'node:url';
import { currentTestNetwork } from '../network/test-network.ts';
import { PinnedProgram } from './pinned-program.ts';
import { type SignallingServerOptions, type SignallingState, signallingState } from './signalling-protocol.ts';

const PROGRAM = fileURLToPath(new URL('signalling-server.ts', import.meta.url));

/** A signalling server on the service's side of the test network, held to one core. */
export class SignallingProcess {
  readonly address: string;
  readonly port: number;
  readonly #program: PinnedProgram;

  private constructor(program: PinnedProgram, { address, port }: SignallingServerOptions) {
    this.#program = program;
    this.address = address;
    this.port = port;
  }

  /** Rejects where it does not come up within 20 s. */
  static async start(core: number, port: number, users: SignallingServerOptions['users']): Promise<SignallingProcess> {
    const { address, namespace } = currentTestNetwork().service;
    const options: SignallingServerOptions = { address, port, users };
    const flags = ['--expose-gc'];
    return new SignallingProcess(
      await PinnedProgram.start({ program: PROGRAM, core, namespace, flags, options }),
      options,
    );
  }

  /** ms of processor time that it has used. */
  get processTime(): number {
    return this.#program.processTime;
  }

  /** What stands in it; collects its garbage. */
  async state(): Promise<SignallingState> {
    return signallingState.parse(await this.#program.ask('state'));
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
