import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type MediaFloodOrder, type MediaFloodReport, mediaFloodReport } from './media-flood-protocol.ts';

const PROGRAM = fileURLToPath(new URL('send-media-flood.ts', import.meta.url));
/** ms over its time that a flood may take. */
const PATIENCE = 60_000;

/** A process that sends broken media packets: making them must not disturb who watches the lesson. */
export class MediaFlood {
  readonly #child: ChildProcess = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 2, 2, 'ipc'] });

  /** Sends them; one order at a time. Rejects where it does not end. */
  async send(order: MediaFloodOrder): Promise<MediaFloodReport> {
    const timeout = Math.ceil((1000 * order.datagrams) / order.rate) + PATIENCE;
    this.#child.send(order);
    const [report]: unknown[] = await once(this.#child, 'message', { signal: AbortSignal.timeout(timeout) });
    return mediaFloodReport.parse(report);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
  }
}
