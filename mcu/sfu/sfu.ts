import { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import type { TransportListenInfo, WebRtcServer, Worker } from 'mediasoup/types';
import { routerCodecs } from '#codecs/mediasoup/router-codecs.ts';
import { SfuRoom } from './room.ts';

export interface SfuOptions {
  /** Path of the mediasoup-worker program. */
  readonly workerBinary: string;
  /** Where browsers' media arrives, UDP and TCP on one port of each address. */
  readonly listen: { readonly addresses: readonly string[]; readonly port: number };
  /** The address told to browsers in place of the local ones (NAT). */
  readonly announcedAddress: string | undefined;
  /** Loopback ports between worker and engine. */
  readonly relayPorts: { readonly from: number; readonly to: number };
}

/** The media server of all browsers: one mediasoup worker with one WebRTC port. Emits `died` when the worker is gone. */
export class Sfu extends EventEmitter<{ died: [error: Error] }> {
  readonly #worker: Worker;
  readonly #server: WebRtcServer;
  readonly #options: SfuOptions;

  private constructor(worker: Worker, server: WebRtcServer, options: SfuOptions) {
    super();
    this.#worker = worker;
    this.#server = server;
    this.#options = options;
    worker.on('died', (error) => this.emit('died', error));
  }

  /** Starts the worker. Rejects when it does not run or the port is taken. */
  static async start(options: SfuOptions): Promise<Sfu> {
    const worker = await mediasoup.createWorker({ logLevel: 'warn', workerBin: options.workerBinary });
    try {
      const server = await worker.createWebRtcServer({ listenInfos: listenInfos(options) });
      return new Sfu(worker, server, options);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  /** Process id of the worker. */
  get processId(): number {
    return this.#worker.pid;
  }

  /** A room for the browsers of one lesson. */
  async openRoom(): Promise<SfuRoom> {
    const router = await this.#worker.createRouter({ mediaCodecs: routerCodecs() });
    return new SfuRoom(router, this.#server, this.#options.relayPorts);
  }

  /** Ends the worker. */
  close(): void {
    this.#worker.close();
  }
}

function listenInfos({ listen, announcedAddress }: SfuOptions): TransportListenInfo[] {
  const announced = announcedAddress === undefined ? {} : { announcedAddress };
  return listen.addresses.flatMap((ip) =>
    (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip, port: listen.port, ...announced })),
  );
}
