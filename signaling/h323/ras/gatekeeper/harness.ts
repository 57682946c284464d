import { readFileSync } from 'node:fs';
import type { TransportAddress } from '#codecs/media/description.ts';
import { type RasMessage, readRas, writeRas } from '../message.ts';
import { Gatekeeper } from './gatekeeper.ts';
import type { GatekeeperEvent, GatekeeperOptions } from './options.ts';

/** A datagram that was captured. */
export interface Captured {
  readonly from: TransportAddress;
  readonly to: TransportAddress;
  readonly data: Buffer;
}

/** The datagrams of a file in `ras/vectors`. */
export function captured(name: string): Captured[] {
  const lines = readFileSync(new URL(`../vectors/${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [from = '', to = '', octets = ''] = line.split(' ');
    return { from: addressOf(from), to: addressOf(to), data: Buffer.from(octets, 'hex') };
  });
}

function addressOf(text: string): TransportAddress {
  const [address = '', port = ''] = text.split(':');
  return { address, port: Number(port) };
}

/** A gatekeeper at 127.0.0.1 with what it sends and tells. */
export class GatekeeperHarness {
  readonly sent: { message: RasMessage; data: Buffer; to: TransportAddress }[] = [];
  readonly events: GatekeeperEvent[] = [];
  readonly gatekeeper: Gatekeeper;
  now = 1_000_000;
  #identifiers = 0;

  constructor(options: Partial<GatekeeperOptions> = {}) {
    this.gatekeeper = new Gatekeeper({
      gatekeeperIdentifier: 'SpikeGK',
      rasPort: 1719,
      callSignalPort: 1720,
      users: [],
      authentication: 'optional',
      timeToLive: { usual: 300, minimum: 30, maximum: 3600 },
      roomToRoom: 'direct',
      callsOutside: true,
      bandwidth: { perCall: 100_000, total: 1_000_000 },
      preGranted: false,
      alternates: [],
      neighbours: [],
      isOurs: (alias) => alias.startsWith('77'),
      wallClock: () => 1_795_278_901,
      random: (octets) => Buffer.from(Array.from({ length: octets }, (_, index) => (index * 37 + 11) % 256)),
      newIdentifier: () => {
        this.#identifiers += 1;
        return `room-${this.#identifiers}`;
      },
      output: {
        send: (data, to) => this.sent.push({ message: readRas(data), data, to }),
        event: (event) => this.events.push(event),
      },
      ...options,
    });
  }

  /** Gives a datagram; returns what it was answered at once. */
  give(data: Uint8Array | RasMessage, from: TransportAddress = ROOM): RasMessage | undefined {
    const before = this.sent.length;
    const octets = data instanceof Uint8Array ? data : writeRas(data);
    this.gatekeeper.receive({ data: octets, from, localAddress: '127.0.0.1', now: this.now, isMulticast: false });
    return this.sent[before]?.message;
  }
}

/** Where a room of tests sends from. */
export const ROOM: TransportAddress = { address: '127.0.0.9', port: 1719 };
