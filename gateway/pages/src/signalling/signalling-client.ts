import type { Notice, Request } from '#signaling/webrtc/protocol.ts';
import { RequestFault } from './request-fault.ts';
import { parseServerMessage } from './server-message.ts';

/** What the connection to the gateway tells. */
export interface SignallingEvents {
  readonly notice: (notice: Notice) => void;
  /** The connection is gone, or never came; called once, not after `close`. */
  readonly closed: () => void;
}

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (fault: RequestFault) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Milliseconds to wait for the connection, and for each answer. */
const PATIENCE = 10_000;
/** WebSocket close code of the private range (RFC 6455 §7.4.2): the page gives this session up and may come back. */
const GIVEN_UP = 4_000;

/** One WebSocket to the gateway: requests with answers, and notices. It is not used again after it closed. */
export class SignallingClient {
  readonly #socket: WebSocket;
  readonly #events: SignallingEvents;
  readonly #pending = new Map<number, Pending>();
  readonly #opened: Promise<void>;
  readonly #openTimer: ReturnType<typeof setTimeout>;
  #lastId = 0;
  #over = false;

  /** @param url `wss://host/signal` */
  constructor(url: string, events: SignallingEvents) {
    this.#events = events;
    this.#socket = new WebSocket(url);
    this.#openTimer = setTimeout(() => this.#end(true), PATIENCE);
    this.#opened = new Promise((resolve) => {
      this.#socket.addEventListener('open', () => {
        clearTimeout(this.#openTimer);
        resolve();
      });
    });
    this.#socket.addEventListener('message', (event) => this.#receive(event.data));
    this.#socket.addEventListener('close', () => this.#end(true));
  }

  /**
   * Asks and waits for the answer; its data is for the caller to check.
   * @throws RequestFault
   */
  async request(request: Request): Promise<unknown> {
    if (this.#over) throw new RequestFault('server-gone');
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(true), PATIENCE);
      this.#pending.set(id, { resolve, reject, timer });
      void this.#opened.then(() => {
        if (!this.#over) this.#socket.send(JSON.stringify({ id, request }));
      });
    });
  }

  /** Says goodbye, without waiting for the answer, and closes. */
  leave(): void {
    if (!this.#over && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ id: this.#lastId + 1, request: { type: 'leave' } satisfies Request }));
    }
    this.#end(false, 1_000);
  }

  /** Gives the session up. */
  close(): void {
    this.#end(false);
  }

  #receive(data: unknown): void {
    if (this.#over) return;
    const message = typeof data === 'string' ? parseServerMessage(data) : undefined;
    if (message === undefined) {
      console.warn('The gateway sent a message that this page cannot read.');
    } else if ('notice' in message) {
      this.#events.notice(message.notice);
    } else {
      const pending = this.#pending.get(message.id);
      if (pending === undefined) return;
      this.#pending.delete(message.id);
      clearTimeout(pending.timer);
      if (message.ok) pending.resolve(message.data);
      else pending.reject(new RequestFault(message.fault ?? 'internal-error'));
    }
  }

  #end(tell: boolean, code = GIVEN_UP): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#openTimer);
    this.#socket.close(code);
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new RequestFault('server-gone'));
    }
    this.#pending.clear();
    if (tell) this.#events.closed();
  }
}
