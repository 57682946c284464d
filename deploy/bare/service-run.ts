import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BareMachine } from './bare-machine.ts';
import { freePorts } from './free-ports.ts';

/** How long a service that was asked to stop may take, in milliseconds. */
const STOP_WITHIN = 15_000;

/** The ports of the service under test, and the environment that sets them. */
export interface ServicePorts {
  readonly sip: number;
  readonly operator: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Picks ports that nothing on this machine uses, so that a service that runs here already is left in peace. */
export async function pickPorts(): Promise<ServicePorts> {
  const [sip = 0, web = 0, operator = 0, webrtc = 0, media = 0, relay = 0] = await freePorts([2, 2, 2, 2, 64, 64]);
  return {
    sip,
    operator,
    variables: {
      CLASSBRIDGE_SIP_PORT: String(sip),
      CLASSBRIDGE_WEB_PORT: String(web),
      CLASSBRIDGE_OPERATOR_PORT: String(operator),
      CLASSBRIDGE_WEBRTC_PORT: String(webrtc),
      CLASSBRIDGE_MEDIA_PORT_FROM: String(media),
      CLASSBRIDGE_MEDIA_PORT_TO: String(media + 63),
      CLASSBRIDGE_MEDIA_RELAY_PORT_FROM: String(relay),
      CLASSBRIDGE_MEDIA_RELAY_PORT_TO: String(relay + 63),
    },
  };
}

/** `npm start` on a bare machine. */
export class ServiceRun {
  readonly #machine: BareMachine;
  readonly #ports: ServicePorts;
  readonly #process: ChildProcess;
  #exit: string | undefined;
  #saidReady = false;

  /** @param onLine told of every line that it writes */
  constructor(machine: BareMachine, ports: ServicePorts, onLine: (line: string) => void) {
    this.#machine = machine;
    this.#ports = ports;
    this.#process = machine.start(['npm', 'start'], ports.variables);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      let rest = '';
      stream?.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (saysReady(line)) this.#saidReady = true;
          onLine(line);
        }
      });
    }
    this.#process.once('error', (error) => {
      this.#exit = error.message;
    });
    this.#process.once('exit', (code, signal) => {
      this.#exit = String(signal ?? code);
    });
  }

  /**
   * Waits until the service says that it is ready and its /health agrees.
   *
   * @returns how long it took, in milliseconds
   * @throws {Error} when it ends, or is not ready `within` so many milliseconds
   */
  async ready(within: number): Promise<number> {
    const begin = performance.now();
    for (;;) {
      if (this.#exit !== undefined) throw new Error(`npm start ended with ${this.#exit} before it was ready`);
      if (this.#saidReady && (await this.#isHealthy())) return performance.now() - begin;
      if (performance.now() - begin > within) {
        const what = this.#saidReady
          ? 'said that it is ready, but /health does not answer 200'
          : 'did not say that it is ready';
        throw new Error(`the service ${what} within ${within / 1000} s`);
      }
      await sleep(50);
    }
  }

  /**
   * Asks it to stop, as an operator would (SIGTERM), and sees that nothing of it is left.
   *
   * @returns how long it took, in milliseconds
   */
  async stop(): Promise<number> {
    const begin = performance.now();
    this.#process.kill('SIGTERM');
    while (this.#exit === undefined || this.#machine.processes().length > 0) {
      if (performance.now() - begin > STOP_WITHIN) {
        throw new Error(
          `${this.#machine.processes().length} processes still run ${STOP_WITHIN / 1000} s after SIGTERM`,
        );
      }
      await sleep(50);
    }
    return performance.now() - begin;
  }

  async #isHealthy(): Promise<boolean> {
    try {
      const url = `http://127.0.0.1:${this.#ports.operator}/health`;
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      return response.status === 200;
    } catch {
      return false;
    }
  }
}

/** Whether a line of the log tells that the service is ready, with the address of its pages. */
export function saysReady(line: string): boolean {
  return /\bready\b/i.test(line) && /\bhttps:\/\/\S+/.test(line);
}
