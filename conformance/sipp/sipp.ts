import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { scenarioText } from './scenario-text.ts';

/** How sipp sends. */
export type SippTransport = 'udp' | 'tcp';

/** One run of a scenario. */
export interface SippOptions {
  /** File in `scenarios/`, without its ending. */
  readonly scenario: string;
  readonly transport: SippTransport;
  /** The class that is called: sipp's `[service]`. */
  readonly target: string;
  readonly service: { readonly address: string; readonly sipPort: number };
  /** User part of its address; one of its own unless told. */
  readonly name?: string;
  /** What fills the holes of the scenario. */
  readonly words?: Readonly<Record<string, string>>;
  /** ms until it is given up; 20 s unless told. */
  readonly timeout?: number;
  /** How many calls it takes or makes; one unless told. */
  readonly calls?: number;
}

/** UDP ports for RTP named in SDP, below Linux's ephemeral ones. */
const FIRST_PORT = 6000;
const FIRST_RTP_PORT = 16_000;
let numbers = 0;

/** One sipp that plays one scenario once. It is a room: whether it calls or is called lies in the scenario. */
export class Sipp {
  readonly address = currentTestNetwork().room.address;
  /** Its SIP port. */
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #name: string;
  readonly #ended: Promise<number | null>;
  readonly #transport: SippTransport;

  private constructor(child: ChildProcess, folder: string, port: number, { scenario, transport }: SippOptions) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
    this.#name = scenario;
    this.#transport = transport;
    this.#ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  }

  /** Starts a scenario. One that calls begins at once. */
  static async start(options: SippOptions): Promise<Sipp> {
    const { scenario, transport, target, service, words = {}, timeout = 20_000, calls = 1, name } = options;
    const { room } = currentTestNetwork();
    numbers += 1;
    const port = FIRST_PORT + numbers;
    const rtp = FIRST_RTP_PORT + 4 * numbers;
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-sipp-'));
    await writeFile(join(folder, 'scenario.xml'), scenarioText(scenario, words));
    const named = { room: name ?? `room${port}`, rtp: String(rtp), other_rtp: String(rtp + 2) };
    const child = spawn(
      'sipp',
      [
        ...['-sf', 'scenario.xml', '-m', String(calls), '-i', room.address, '-p', String(port)],
        ...['-t', transport === 'udp' ? 'u1' : 't1', '-s', target, '-nostdin', '-mp', String(rtp)],
        ...['-timeout', `${timeout}ms`, '-timeout_error'],
        ...['-trace_msg', '-message_file', 'messages', '-trace_err', '-error_file', 'errors'],
        ...Object.entries(named).flatMap(([name, value]) => ['-key', name, value]),
        `${service.address}:${service.sipPort}`,
      ],
      { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } },
    );
    return new Sipp(child, folder, port, options);
  }

  /** Resolves when a scenario that waits for a call takes one. */
  async listening(): Promise<void> {
    const hex = `:${this.port.toString(16).toUpperCase().padStart(4, '0')} `;
    const [table, state] = this.#transport === 'udp' ? ['udp', ''] : ['tcp', '00000000:0000 0A'];
    await until(`sipp listens on ${this.port}`, 5000, async () => {
      const lines = (await readFile(`/proc/net/${table}`, 'utf8')).split('\n');
      return lines.some((line) => line.includes(hex) && line.includes(state)) || undefined;
    });
  }

  /** Resolves when the scenario was played to its end; rejects with what was said and what was wrong where it was not. */
  async done(): Promise<void> {
    const code = await this.#ended;
    const [errors, messages] = await Promise.all(['errors', 'messages'].map((name) => this.#text(name)));
    await rm(this.#folder, { recursive: true, force: true });
    if (code !== 0) {
      throw new Error(`sipp ${this.#name} (${this.#transport}) ended with ${code}:\n${errors}\n${messages}`);
    }
  }

  /** Ends it without a word, as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #text(name: string): Promise<string> {
    try {
      return await readFile(join(this.#folder, name), 'utf8');
    } catch {
      return '';
    }
  }
}
