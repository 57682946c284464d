import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../media/until.ts';
import { everyField, shownPackets } from './pdml.ts';

/** What tshark says where it cannot read something. */
export const COMPLAINT = /^Malformed Packet|^Severity level: (?:Error|Warning)/;
const FILTER = 'tcp port 1720 or tcp portrange 5555-5999 or udp port 1719';
const OURS = new Set(['tpkt', 'q931', 'h225', 'h245', 'ras']);
/** ms */
const START_TIME = 10_000;
const WRITING_TIME = 500;

export interface WireReport {
  /** Packets of H.225.0, RAS and H.245 that the sender sent. */
  readonly packets: number;
  /** What tshark does not like of them, with the number of the packet. */
  readonly complaints: readonly string[];
}

/** Records H.323 signalling on all interfaces of this namespace while it goes on, for tshark to judge. */
export class WireRecord {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<WireRecord> {
    const folder = await mkdtemp(join(tmpdir(), 'classbridge-wire-'));
    const child = spawn('dumpcap', ['-i', 'any', '-q', '-f', FILTER, '-w', join(folder, 'wire.pcapng')], {
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
    return new WireRecord(child, folder);
  }

  /** Ends it. @param sender the address whose packets are judged */
  async stop(sender: string): Promise<WireReport> {
    try {
      // The last packets are still on their way to the file.
      await new Promise((resolve) => setTimeout(resolve, WRITING_TIME));
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await gone;
      const shown = await shownPackets(join(this.#folder, 'wire.pcapng'), `ip.src == ${sender} && (h225 || h245)`);
      const complaints = shown.flatMap(({ frameNumber, protocols }) =>
        [...everyField(protocols.filter(({ name }) => OURS.has(name)))]
          .map(({ showname, show }) => showname || show)
          .filter((line) => COMPLAINT.test(line))
          .map((line) => `packet ${frameNumber}: ${line}`),
      );
      const malformed = shown.filter(({ protocols }) => protocols.some(({ name }) => name === '_ws.malformed'));
      return {
        packets: shown.length,
        complaints: [...complaints, ...malformed.map(({ frameNumber }) => `packet ${frameNumber} is malformed`)],
      };
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
