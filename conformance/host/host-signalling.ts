import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import Srf from 'drachtio-srf';
import { createEdge, type Edge } from '#signaling/sip/edge/edge.ts';
import type { Log } from '#signaling/sip/edge/log.ts';

const LOOPBACK = '127.0.0.1';

/** The SIP side of any number of hosts: an edge of their own, and drachtio-srf on it. */
export class HostSignalling {
  readonly srf: Srf;
  /** Where hosts are reached, for Contact and From. */
  readonly address: string;
  readonly port: number;
  /** Warnings and errors of the edge; empty in a good run. */
  readonly faults: readonly string[];
  readonly #edge: Edge;

  private constructor(srf: Srf, edge: Edge, local: { address: string; port: number }, faults: readonly string[]) {
    this.srf = srf;
    this.#edge = edge;
    this.address = local.address;
    this.port = local.port;
    this.faults = faults;
  }

  /** Opens SIP over UDP and TCP on a port of an address, by default any free one. Rejects with the system's error. */
  static async open(address: string, port = 0): Promise<HostSignalling> {
    const faults: string[] = [];
    const fault = (facts: object, message: string) => faults.push(`${message} ${JSON.stringify(facts)}`);
    const log: Log = { debug: () => undefined, info: () => undefined, warn: fault, error: fault };
    const secret = randomBytes(16).toString('hex');
    const edge = createEdge({
      listen: [
        { protocol: 'udp', address, port },
        { protocol: 'tcp', address, port },
      ],
      control: { address: LOOPBACK, port: 0, secret },
      log,
    });
    const { control, hostports } = await edge.start();
    const srf = new Srf();
    srf.on('error', (error) => fault({ error: error.message }, 'the application lost its edge'));
    const connected = once(srf, 'connect');
    await srf.connect({ host: control.address, port: control.port, secret });
    await connected;
    const udp = hostports.find((hostport) => hostport.startsWith('udp/')) ?? '';
    return new HostSignalling(srf, edge, { address, port: Number(udp.split(':').at(-1)) }, faults);
  }

  /** Leaves; calls should have been ended before. */
  async close(): Promise<void> {
    this.srf.disconnect();
    await this.#edge.close();
  }
}
