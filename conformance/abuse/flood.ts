import { fileURLToPath } from 'node:url';
import { type FloodOrder, type FloodReport, floodReport } from './flood-protocol.ts';
import { OrderedProgram } from './ordered-program.ts';

const PROGRAM = fileURLToPath(new URL('send-flood.ts', import.meta.url));
/** ms over its time that a flood may take. */
const PATIENCE = 60_000;

/** A process that sends broken SIP messages. */
export class Flood {
  readonly #program = new OrderedProgram(PROGRAM);

  /** Sends them; one order at a time. Rejects where it does not end. */
  async send(order: FloodOrder): Promise<FloodReport> {
    return floodReport.parse(await this.#program.order(order, (1000 * order.datagrams) / order.rate + PATIENCE));
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
