import { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import type { TransportListenInfo, WebRtcServer, Worker } from 'mediasoup/types';
import { routerCodecs } from '#codecs/mediasoup/router-codecs.ts';
import { AnswerWatch, ASK_INTERVAL } from './answer-watch.ts';
import { SfuRoom } from './room.ts';

/** The worker program and its ports. */
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

/** Why a worker is gone: it ended, or it answered no more and was killed. */
export type SfuLoss = 'died' | 'hung';

interface SfuEvents {
  died: [error: Error, loss: SfuLoss];
}

/** ms that a worker is given to end by itself. */
const END_TIME = 500;

/**
 * The media server of all browsers: one mediasoup worker with one WebRTC port. A worker that hangs is killed. Emits `died` when the
 * worker is gone, and its ports with it.
 */
export class Sfu extends EventEmitter<SfuEvents> {
  readonly #worker: Worker;
  readonly #server: WebRtcServer;
  readonly #options: SfuOptions;
  readonly #heart: Heart;

  private constructor(worker: Worker, server: WebRtcServer, options: SfuOptions, heart: Heart) {
    super();
    this.#worker = worker;
    this.#server = server;
    this.#options = options;
    this.#heart = heart;
    worker.on('died', (error) => {
      heart.stop();
      this.emit('died', error, heart.killed ? 'hung' : 'died');
    });
  }

  /** Starts the worker. Rejects when it does not run or the port is taken. */
  static async start(options: SfuOptions): Promise<Sfu> {
    const worker = await createWorker(options.workerBinary);
    const heart = new Heart(worker);
    try {
      const server = await worker.createWebRtcServer({ listenInfos: listenInfos(options) });
      return new Sfu(worker, server, options, heart);
    } catch (error) {
      heart.stop();
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

  /** Ends the worker; resolves when it is gone. */
  async close(): Promise<void> {
    this.#heart.stop();
    if (this.#worker.subprocessClosed) {
      return;
    }
    const gone = new Promise<void>((resolve) => this.#worker.once('subprocessclose', resolve));
    // One that hangs reads nothing of its end.
    const forced = setTimeout(() => this.#heart.kill(), END_TIME);
    this.#worker.close();
    await gone;
    clearTimeout(forced);
  }
}

/** Asks a worker whether it works, and kills one that does not answer. */
class Heart {
  readonly #worker: Worker;
  readonly #watch = new AnswerWatch(performance.now());
  readonly #timer: NodeJS.Timeout;
  #killed = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#timer = setInterval(() => this.#beat(), ASK_INTERVAL).unref();
  }

  /** Whether it was killed. */
  get killed(): boolean {
    return this.#killed;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  kill(): void {
    // The id of a process that was waited for may be another's by now.
    if (!this.#worker.died && !this.#worker.subprocessClosed) {
      this.#killed = true;
      process.kill(this.#worker.pid, 'SIGKILL');
    }
  }

  #beat(): void {
    const step = this.#watch.beat(performance.now());
    if (step === 'hung') {
      this.kill();
    } else if (step === 'ask') {
      this.#worker.getResourceUsage().then(
        () => this.#watch.answered(),
        () => undefined, // It is gone: `died` follows.
      );
    }
  }
}

/** mediasoup ends its workers at the first SIGINT or SIGTERM: the service says itself when, as lessons may go on for a while. */
function createWorker(workerBin: string): Promise<Worker> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const starting = mediasoup.createWorker({ logLevel: 'warn', workerBin });
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal).filter((one) => before[index]?.includes(one) === false)) {
      process.removeListener(signal, listener);
    }
  }
  return starting;
}

function listenInfos({ listen, announcedAddress }: SfuOptions): TransportListenInfo[] {
  const announced = announcedAddress === undefined ? {} : { announcedAddress };
  return listen.addresses.flatMap((ip) =>
    (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip, port: listen.port, ...announced })),
  );
}
