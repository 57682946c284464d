import type { Socket } from 'node:net';
import type { ApplicationSession, CallRecord, MessageReport } from '../core/application.ts';
import type { Log } from '../log.ts';
import { FrameError, FrameReader, writeFrame } from './frame.ts';
import { recordFields, reportFields } from './leaders.ts';
import { type Payload, readPayload, writeLeader } from './payload.ts';

/** More unsent bytes than this mean that the application has stopped reading. */
const MAX_BACKLOG = 16_777_216;

/** Milliseconds in which an application must authenticate. */
const AUTHENTICATION_TIME = 10_000;

/** What a connection needs of the server. */
export interface ControlConnectionOptions {
  readonly socket: Socket;
  readonly log: Log;
  readonly uuid: () => string;
  /** The application proved to know the secret. */
  readonly admitted: () => void;
  /** A message of the application. */
  readonly received: (connection: ControlConnection, payload: Payload) => void;
  readonly closed: (connection: ControlConnection) => void;
}

/** The connection of one application. */
export class ControlConnection implements ApplicationSession {
  readonly #socket: Socket;
  readonly #options: ControlConnectionOptions;
  readonly #reader = new FrameReader();
  readonly #deadline: NodeJS.Timeout;
  /** Frames of this turn of the event loop. */
  readonly #unwritten: Buffer[] = [];
  #flushing: NodeJS.Immediate | undefined;
  #authenticated = false;

  constructor(options: ControlConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#deadline = setTimeout(() => this.#socket.destroy(), AUTHENTICATION_TIME);
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => options.log.debug({ err: error }, 'application connection failed'));
    this.#socket.once('close', () => {
      clearTimeout(this.#deadline);
      options.closed(this);
    });
  }

  get open(): boolean {
    return this.#authenticated && !this.#socket.destroyed && this.#socket.writable;
  }

  get authenticated(): boolean {
    return this.#authenticated;
  }

  /** The application proved to know the secret. */
  admit(): void {
    this.#authenticated = true;
    clearTimeout(this.#deadline);
    this.#options.admitted();
  }

  deliver(report: MessageReport): void {
    this.#write(reportFields(report), report.bytes);
  }

  record(record: CallRecord): void {
    this.#write(recordFields(record), record.bytes);
  }

  /** Answers a message of the application. @param fields `OK` and what follows it, or `NOK` and the reason */
  reply(messageId: string, fields: readonly string[], text?: Buffer): void {
    this.#write(['response', messageId, ...fields], text);
  }

  /** Answers `NO` and closes. */
  reject(messageId: string, reason: string): void {
    this.reply(messageId, ['NO', reason]);
    this.end();
  }

  /** Closes after what is written has gone out. */
  end(): void {
    this.#flush();
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const bytes of this.#reader.push(chunk)) {
        if (this.#socket.writableEnded) return;
        this.#options.received(this, readPayload(bytes));
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#options.log.warn({ err: error }, 'application sent no frame');
      this.#socket.destroy();
    }
  }

  #write(fields: readonly string[], text: Buffer | undefined): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#unwritten.push(writeFrame(writeLeader([this.#options.uuid(), ...fields]), text));
    // What one turn of the event loop has to tell goes out in one piece.
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (this.#unwritten.length === 0 || this.#socket.destroyed) return;
    this.#socket.write(Buffer.concat(this.#unwritten.splice(0)));
    if (this.#socket.writableLength <= MAX_BACKLOG) return;
    this.#options.log.error({}, 'application does not read what it is told; connection closed');
    this.#socket.destroy();
  }
}
