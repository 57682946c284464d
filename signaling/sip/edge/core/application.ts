import type { Endpoint, Flow } from '../transport/transport.ts';

/** What the edge tells an application about a SIP message. */
export interface MessageReport {
  /** `network`: received; `application`: sent by the edge on the application's behalf. */
  readonly source: 'network' | 'application';
  /** The whole message. */
  readonly bytes: Buffer;
  readonly flow: Flow;
  /** When, milliseconds since the Unix epoch. */
  readonly time: number;
  /** Names the transaction; `unsolicited` for a request that the edge made by itself. */
  readonly transactionId: string;
  /** Names the dialog; empty outside one. */
  readonly dialogId: string;
  /** Only for a new request outside a dialog. */
  readonly receivedOn?: Endpoint;
}

/** A call detail record. */
export interface CallRecord {
  /** `cdr:attempt`, `cdr:start` or `cdr:stop`. */
  readonly kind: string;
  /** Who sent the message. */
  readonly source: 'network' | 'application';
  /** When, milliseconds since the Unix epoch. */
  readonly time: number;
  /** The role for a start, the reason for a stop. */
  readonly more: readonly string[];
  /** The message that it tells of. */
  readonly bytes: Buffer;
}

/** One connected application. */
export interface ApplicationSession {
  /** False once its connection is gone. */
  readonly open: boolean;
  deliver(report: MessageReport): void;
  record(record: CallRecord): void;
}

/** The applications that are connected. */
export interface Applications {
  /** Whose turn it is to take a new request of this method, or a record of this kind; undefined where nobody registered. */
  select(method: string): ApplicationSession | undefined;
  /**
   * Connects to the application that is named for new requests of this method.
   * @returns undefined where none is named; else a promise that is rejected where it cannot be reached
   */
  summon(method: string): Promise<ApplicationSession> | undefined;
  /** Whether any application is connected. */
  readonly connected: boolean;
  /** The methods that somebody registered for, upper case. */
  methods(): string[];
}

/** A message that was sent, or is about to be: what the application is told in reply to its command. */
export interface SentMessage {
  readonly bytes: Buffer;
  readonly flow: Flow;
  readonly time: number;
  readonly transactionId: string;
  readonly dialogId: string;
}

/** A request made ready. The reply to the application goes out before `start` sends it, so that no answer overtakes it. */
export interface PreparedRequest {
  readonly sent: SentMessage;
  start(): void;
}

/** A command that was understood and cannot be carried out; the message is the reason the application is given. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}
