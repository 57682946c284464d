import { EventEmitter } from 'node:events';
import type { EndReason } from '#signaling/call/call.ts';
import type { MessageDirection } from '#signaling/call/trace.ts';
import { FAULT_ENDINGS } from './fault-ending.ts';
import { FaultError } from './fault-error.ts';
import type { Fault, Notice, Request, RequestMessage, Response, ServerMessage } from './protocol.ts';
import { parseRequest } from './request-message.ts';
import type { SessionHandler } from './session-handler.ts';
import { TokenBucket } from './token-bucket.ts';

/** The sending side of a WebSocket; what arrives is given to `receive`, `pong` and `closed`. */
export interface SessionSocket {
  send(text: string): void;
  ping(): void;
  /** Begins the closing handshake (RFC 6455 §7.1.2). */
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  terminate(): void;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
}

/** Where the session writes what an operator must know (pino's shape). */
export interface SessionLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The socket of one page, and who decides about its requests. */
export interface SessionOptions {
  readonly socket: SessionSocket;
  /** Called once, at the end of the constructor. */
  readonly handler: (session: WebrtcSession) => SessionHandler;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly log: SessionLog;
  /** A page that has not joined after so many milliseconds is sent away. */
  readonly joinTimeout?: number;
}

/** Milliseconds between two pings. */
const PING_INTERVAL = 5_000;
/** Milliseconds of silence after which the page is taken for dead. */
const DEAD_AFTER = 15_000;
const MESSAGES_PER_SECOND = 50;
const MESSAGE_BURST = 200;
/** Requests that may wait while the handler works. */
const MAX_WAITING = 200;
/** Bytes that a page may leave unread. */
const MAX_BUFFERED = 4 * 1024 * 1024;
const MAX_BAD_IN_A_ROW = 3;
/** Class codes that one connection may try: guessing goes slowly. */
const MAX_FAILED_JOINS = 3;

/**
 * One page's signalling relation (protocol.ts), gateway side. Bounds and orders what arrives, asks the `SessionHandler`
 * and answers; `tick` must be called about once a second. Emits `ended` once.
 */
export class WebrtcSession extends EventEmitter<{ ended: [reason: EndReason] }> {
  /** Told of every message as it came or leaves, for diagnosis. */
  trace: ((direction: MessageDirection, text: string) => void) | undefined;
  readonly #socket: SessionSocket;
  readonly #handler: SessionHandler;
  readonly #now: () => number;
  readonly #log: SessionLog;
  readonly #joinTimeout: number;
  readonly #rate: TokenBucket;
  readonly #waiting: RequestMessage[] = [];
  #busy = false;
  #joined = false;
  #ended = false;
  #badInARow = 0;
  #failedJoins = 0;
  #joinDeadline: number;
  #heardAt: number;
  #pingedAt: number;

  constructor(options: SessionOptions) {
    super();
    const now = options.now();
    this.#socket = options.socket;
    this.#now = options.now;
    this.#log = options.log;
    this.#joinTimeout = options.joinTimeout ?? 10_000;
    this.#rate = new TokenBucket(MESSAGES_PER_SECOND, MESSAGE_BURST, now);
    this.#joinDeadline = now + this.#joinTimeout;
    this.#heardAt = now;
    this.#pingedAt = now;
    this.#handler = options.handler(this);
  }

  /** The page is in the lesson. */
  get joined(): boolean {
    return this.#joined;
  }

  /** `ended` was emitted: nothing is sent any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes one message; `undefined` stands for a binary one, which the protocol does not know. */
  receive(text: string | undefined): void {
    if (this.#ended) return;
    this.#heardAt = this.#now();
    const allowed = this.#rate.take(this.#heardAt) && this.#waiting.length < MAX_WAITING;
    if (allowed && text !== undefined) this.trace?.('in', text);
    const parsed = allowed && text !== undefined ? parseRequest(text) : undefined;
    if (parsed === undefined || parsed.kind === 'unparsable') {
      this.end('bad-request');
    } else if (parsed.kind === 'refused') {
      this.#refuse(parsed.id, parsed.fault);
      if (parsed.fault === 'bad-request') this.#badInARow += 1;
      if (this.#badInARow >= MAX_BAD_IN_A_ROW) this.end('bad-request');
    } else {
      this.#badInARow = 0;
      this.#waiting.push(parsed.message);
      if (!this.#busy) void this.#work();
    }
  }

  /** The page answered a ping. */
  pong(): void {
    this.#heardAt = this.#now();
  }

  /** The WebSocket is closed; `code` as in RFC 6455 §7.4. */
  closed(code: number): void {
    // 1005: closed in order, without a code.
    this.#finish([1000, 1001, 1005].includes(code) ? 'remote-hangup' : 'connection-lost');
  }

  /** Pings, and ends a page that is dead or does not join. */
  tick(): void {
    if (this.#ended) return;
    const now = this.#now();
    if (now - this.#heardAt >= DEAD_AFTER) {
      this.#drop('connection-lost');
    } else if (!this.#joined && !this.#busy && now >= this.#joinDeadline) {
      this.#close('bad-request', 'signalling-timeout');
    } else if (now - this.#pingedAt >= PING_INTERVAL) {
      this.#pingedAt = now;
      this.#socket.ping();
    }
  }

  /** Tells the page; nothing happens where the session has ended. */
  notify(notice: Notice): void {
    this.#send({ notice });
  }

  /** Ends the session with an `ended` notice; nothing happens where it has ended already. */
  end(fault: Fault): void {
    this.#close(fault, FAULT_ENDINGS[fault].reason);
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let message = this.#waiting.shift(); message && !this.#ended; message = this.#waiting.shift()) {
      const { id, request } = message;
      try {
        const data = await this.#perform(request);
        this.#send({ id, ok: true, ...(data === undefined ? {} : { data }) });
        if (request.type === 'leave') this.#hangUp();
      } catch (error) {
        this.#refuse(id, this.#faultOf(error, request));
        if (request.type === 'leave') this.#hangUp();
        if (request.type === 'join') this.#joinFailed(error);
      }
    }
    this.#busy = false;
  }

  /** @throws FaultError, or whatever the handler throws */
  async #perform(request: Request): Promise<object | undefined> {
    if (request.type === 'leave') {
      if (this.#joined) await this.#handler.leave();
      return undefined;
    }
    if ((request.type === 'join') === this.#joined) throw new FaultError('out-of-order');
    switch (request.type) {
      case 'join': {
        const joined = await this.#handler.join(request);
        if (typeof joined === 'string') throw new FaultError(joined);
        this.#joined = true;
        return joined;
      }
      case 'ready':
        await this.#handler.ready(request);
        return undefined;
      case 'connect':
        await this.#handler.connect(request);
        return undefined;
      case 'produce':
        return await this.#handler.produce(request);
      case 'resume':
        await this.#handler.resume(request);
        return undefined;
      case 'mute':
        await this.#handler.mute(request);
        return undefined;
      case 'reception':
        await this.#handler.reception(request);
        return undefined;
    }
  }

  #faultOf(error: unknown, request: Request): Fault {
    if (error instanceof FaultError) return error.fault;
    this.#log.error({ err: error, request: request.type }, 'a request of a page failed');
    return 'internal-error';
  }

  #joinFailed(error: unknown): void {
    if (this.#joined) return;
    this.#joinDeadline = this.#now() + this.#joinTimeout;
    this.#failedJoins += 1;
    if (this.#failedJoins >= MAX_FAILED_JOINS) this.end(error instanceof FaultError ? error.fault : 'internal-error');
  }

  #refuse(id: number, fault: Fault): void {
    this.#send({ id, ok: false, fault } satisfies Response);
  }

  #send(message: ServerMessage): void {
    if (this.#ended) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED) {
      this.#log.warn({ bytes: this.#socket.bufferedAmount }, 'a page does not read what it is sent');
      this.#drop('connection-lost');
    } else {
      const text = JSON.stringify(message);
      this.trace?.('out', text);
      this.#socket.send(text);
    }
  }

  #hangUp(): void {
    if (this.#ended) return;
    this.#socket.close(1000, 'goodbye');
    this.#finish('remote-hangup');
  }

  #close(fault: Fault, reason: EndReason): void {
    if (this.#ended) return;
    this.#send({ notice: { type: 'ended', fault } });
    if (this.#ended) return;
    this.#socket.close(FAULT_ENDINGS[fault].closeCode, fault);
    this.#finish(reason);
  }

  #drop(reason: EndReason): void {
    this.#socket.terminate();
    this.#finish(reason);
  }

  #finish(reason: EndReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting.length = 0;
    this.emit('ended', reason);
  }
}
