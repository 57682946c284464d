import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { MessageDirection, MessageWay } from '#signaling/call/trace.ts';
import { hepPacket } from './hep-packet.ts';
import type { HepTarget } from './hep-target.ts';
import { maskSip } from './mask-sip.ts';
import { sipCallIdOf } from './sip-call-id.ts';

/** Packets that the system may hold for us before others are left out. */
const MOST_UNDER_WAY = 500;
/** ms between two tries to find the server. */
const RETRY = 30_000;
/** Longer ones fit into no UDP datagram with the chunks before them. */
const LONGEST_PAYLOAD = 64_000;

/** Sends each SIP message to a capture server in HEP version 3 over UDP, secrets masked. What finds no room is left out. */
export class HepExport {
  readonly #target: HepTarget;
  readonly #onFault: (error: Error) => void;
  #socket: Socket | undefined;
  #address: string | undefined;
  #underWay = 0;
  #leftOut = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  /** `onFault` is told when the server's name is not known, at each try. */
  constructor(target: HepTarget, onFault: (error: Error) => void) {
    this.#target = target;
    this.#onFault = onFault;
  }

  /** Messages that were not sent: too many were under way, too long, or the server's name was not known. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Looks for the server; messages are left out until it is found. */
  async open(): Promise<void> {
    try {
      const { address, family } = await lookup(this.#target.host);
      if (this.#closed) {
        return;
      }
      const socket = createSocket({
        type: family === 6 ? 'udp6' : 'udp4',
        // Nothing is to be looked up for each packet.
        lookup: (literal, _options, found) => found(null, literal, family),
      });
      // Nobody listens there: that is the operator's to see in Homer.
      socket.on('error', () => undefined);
      socket.unref();
      this.#socket = socket;
      this.#address = address;
    } catch (error) {
      this.#onFault(error instanceof Error ? error : new Error(String(error)));
      if (!this.#closed) {
        this.#retry = setTimeout(() => void this.open(), RETRY).unref();
      }
    }
  }

  message(direction: MessageDirection, bytes: Buffer, { protocol, local, remote }: MessageWay, at: number): void {
    const correlation = sipCallIdOf(bytes);
    if (correlation === undefined) {
      // A keep-alive, or no SIP at all.
      return;
    }
    if (this.#socket === undefined || this.#underWay >= MOST_UNDER_WAY || bytes.length > LONGEST_PAYLOAD) {
      this.#leftOut += 1;
      return;
    }
    const [from, to] = direction === 'in' ? [remote, local] : [local, remote];
    const payload = Buffer.from(maskSip(bytes.toString('latin1')), 'latin1');
    const packet = hepPacket({ protocol, from, to, at, agent: this.#target.agent, correlation, payload });
    this.#underWay += 1;
    this.#socket.send(packet, this.#target.port, this.#address, () => {
      this.#underWay -= 1;
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#socket = undefined;
  }
}
