import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Connections open at a time: fewer than the service takes of one address. */
const AT_A_TIME = 40;
/** Messages of a connection that sends all at once. */
const BURST = 20;
/** Pieces of a message that comes slowly, and ms between them. */
const PIECES = 30;
const PAUSE = 100;

/**
 * TCP connections with broken messages on them, of three kinds in turn: many messages at once, one message that is cut off in
 * its middle by a reset, one that comes in small pieces.
 */
export class BrokenStreams {
  readonly #to: { readonly address: string; readonly port: number };
  readonly #next: () => Buffer;
  readonly #random: () => number;
  readonly #open = new Set<Promise<void>>();
  #opened = 0;
  #messages = 0;

  constructor(to: { readonly address: string; readonly port: number }, next: () => Buffer, random: () => number) {
    this.#to = to;
    this.#next = next;
    this.#random = random;
  }

  /** Messages sent, whole or in part. */
  get messages(): number {
    return this.#messages;
  }

  /** Opens connections until there were so many in all. */
  openUpTo(count: number): void {
    while (this.#opened < count && this.#open.size < AT_A_TIME) {
      this.#opened += 1;
      const run = this.#run(this.#opened % 3).finally(() => this.#open.delete(run));
      this.#open.add(run);
    }
  }

  /** Resolves when all have ended. */
  async closed(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #run(kind: number): Promise<void> {
    const socket = connect(this.#to.port, this.#to.address);
    // The service may end the connection at the first broken message.
    socket.on('error', () => undefined);
    socket.resume();
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    if (kind === 0) {
      const messages = Array.from({ length: BURST }, this.#next);
      this.#messages += BURST;
      socket.end(Buffer.concat(messages));
      setTimeout(() => socket.destroy(), 5000).unref();
    } else if (kind === 1) {
      const message = this.#next();
      this.#messages += 1;
      socket.write(message.subarray(0, Math.floor(this.#random() * message.length)));
      await Promise.race([gone, sleep(200)]);
      socket.resetAndDestroy();
    } else {
      this.#messages += 1;
      await Promise.race([gone, this.#sendSlowly(socket)]);
      socket.destroy();
    }
    await gone;
  }

  async #sendSlowly(socket: Socket): Promise<void> {
    const message = this.#next();
    const piece = Math.ceil(message.length / PIECES);
    for (let at = 0; at < message.length && !socket.destroyed; at += piece) {
      socket.write(message.subarray(at, at + piece));
      await sleep(PAUSE);
    }
  }
}
