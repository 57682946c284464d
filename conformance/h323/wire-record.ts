import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../media/until.ts';
import { type Judgement, judgePackets } from './judged-packets.ts';

/** TCP that is no H.323: SIP, pages and API, browsers' media. All other TCP is: rooms and our H.245 may be at any port. */
const OTHER_PORTS = [5060, 8443, 9464, 10_000];
/** ms */
const START_TIME = 10_000;
const WRITING_TIME = 500;

/** Records the H.323 signalling of one side, on all interfaces of this namespace, while it goes on, for tshark to judge. */
export class WireRecord {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #sender: string;

  private constructor(child: ChildProcess, folder: string, sender: string) {
    this.#child = child;
    this.#folder = folder;
    this.#sender = sender;
  }

  /** @param sender the address whose packets are judged */
  static async start(sender: string): Promise<WireRecord> {
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-wire-'));
    const others = OTHER_PORTS.map((port) => `port ${port}`).join(' or ');
    const filter = `host ${sender} and ((tcp and not (${others})) or udp portrange 1718-1719)`;
    const child = spawn('dumpcap', ['-i', 'any', '-q', '-f', filter, '-w', join(folder, 'wire.pcapng')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until('the wire is recorded', START_TIME, () =>
      Promise.resolve(said.includes('File:') ? true : undefined),
    ).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw new Error(`${String(error)}\n${said}`);
    });
    return new WireRecord(child, folder, sender);
  }

  /** Ends it, and says what tshark makes of it. */
  async stop(): Promise<Judgement> {
    try {
      // The last packets are still on their way to the file.
      await new Promise((resolve) => setTimeout(resolve, WRITING_TIME));
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await gone;
      return await judgePackets(join(this.#folder, 'wire.pcapng'), this.#sender);
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  /** Ends it unjudged, where it did not end before. */
  close(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
