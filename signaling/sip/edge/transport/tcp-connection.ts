import type { Socket } from 'node:net';
import { StreamFraming } from './stream-framing.ts';
import type { Endpoint, Flow, TransportDrop, TransportEvents } from './transport.ts';

/** More unsent bytes than this mean that the peer has stopped reading. */
const MAX_BACKLOG = 1_048_576;

const PONG = Buffer.from('\r\n');

/** What a TCP connection is made of. */
export interface TcpConnectionOptions {
  readonly socket: Socket;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly sentBy: Endpoint;
  /** The peer opened it: it must send a message in time. */
  readonly accepted: boolean;
  /** Milliseconds that one message may take. */
  readonly messageTime: number;
  readonly events: TransportEvents;
  readonly towards: (remote: Endpoint) => Flow;
}

/** One TCP connection with its framing, as a flow. */
export class TcpConnection implements Flow {
  readonly protocol = 'tcp';
  readonly reliable = true;
  readonly local: Endpoint;
  readonly sentBy: Endpoint;
  readonly remote: Endpoint;
  readonly #socket: Socket;
  readonly #events: TransportEvents;
  readonly #framing = new StreamFraming();
  readonly #messageTime: number;
  readonly #towards: (remote: Endpoint) => Flow;
  readonly #unsent = new Set<(error: Error) => void>();
  #deadline: NodeJS.Timeout | undefined;
  #lastUse = performance.now();
  #error = new Error('the connection is closed');

  constructor(options: TcpConnectionOptions) {
    this.local = options.local;
    this.sentBy = options.sentBy;
    this.remote = options.remote;
    this.#socket = options.socket;
    this.#events = options.events;
    this.#messageTime = options.messageTime;
    this.#towards = options.towards;
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    // Set only while we connect.
    this.#socket.on('timeout', () => {
      if (this.#socket.connecting) this.#socket.destroy(new Error('connecting took too long'));
    });
    this.#socket.once('connect', () => this.#socket.setTimeout(0));
    this.#socket.once('close', () => this.#closed());
    if (options.accepted) this.#startDeadline();
  }

  get open(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** When something was last sent or received, on the scale of `performance.now()`. */
  get lastUse(): number {
    return this.#lastUse;
  }

  send(bytes: Buffer, failed: (error: Error) => void): void {
    this.#lastUse = performance.now();
    if (this.open && this.#socket.writableLength + bytes.length > MAX_BACKLOG) this.drop('write-backlog');
    if (!this.open) {
      queueMicrotask(() => failed(this.#error));
      return;
    }
    this.#events.sent?.(bytes, this);
    this.#unsent.add(failed);
    this.#socket.write(bytes, (error) => {
      if (error == null) this.#unsent.delete(failed);
    });
  }

  towards(remote: Endpoint): Flow {
    return this.#towards(remote);
  }

  /** Closes in order after what is written has gone out. */
  end(): void {
    this.#socket.end();
    this.#socket.destroySoon();
  }

  /** Closes at once. */
  drop(reason: TransportDrop): void {
    this.#events.dropped(reason);
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#lastUse = performance.now();
    for (const event of this.#framing.push(chunk)) {
      if (event.kind === 'ping') this.send(PONG, () => {});
      else if (event.kind === 'message') {
        this.#stopDeadline();
        this.#events.message(event.bytes, this, false);
      } else {
        this.#stopDeadline();
        this.#events.dropped('unframeable');
        if (event.bytes.length > 0) this.#events.message(event.bytes, this, true);
        this.end();
      }
    }
    if (this.#framing.partial) this.#startDeadline();
  }

  #startDeadline(): void {
    this.#deadline ??= setTimeout(() => this.drop('slow-sender'), this.#messageTime);
  }

  #stopDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #closed(): void {
    this.#stopDeadline();
    for (const failed of this.#unsent) failed(this.#error);
    this.#unsent.clear();
  }
}
