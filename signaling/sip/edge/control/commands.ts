import { createHash, timingSafeEqual } from 'node:crypto';
import { CommandRefused, type PreparedRequest, type SentMessage } from '../core/application.ts';
import type { RequestCommand } from '../core/client-side.ts';
import { type ProxyCommand, type ProxyReport, readTimeout } from '../core/proxy/stateful-proxy.ts';
import type { Log } from '../log.ts';
import type { ControlConnection } from './connection.ts';
import { proxiedResponseFields, sentRequestFields, sentResponseFields } from './leaders.ts';
import type { Payload } from './payload.ts';
import type { Router } from './router.ts';

/** The version of drachtio whose protocol this is; clients ping only servers of v0.8.2 and later. */
export const PROTOCOL_VERSION = 'v0.9.3';

/** Verbs an application may register for. */
const VERB = /^(?:[a-z]{1,32}|cdr:(?:attempt|start|stop))$/;

/** The part of the user agent core that commands need. */
export interface CommandTarget {
  /** @throws CommandRefused */
  respond(transactionId: string, text: Buffer): SentMessage;
  /** @throws CommandRefused */
  prepare(command: RequestCommand): Promise<PreparedRequest>;
  /** @throws CommandRefused */
  proxy(command: ProxyCommand, report: ProxyReport): void;
}

/** What commands work with. */
export interface CommandOptions {
  readonly secret: string;
  readonly router: Router<ControlConnection>;
  readonly target: CommandTarget;
  readonly log: Log;
  readonly hostPorts: () => string[];
  readonly localHostPorts: () => string[];
}

/** Carries out the messages of applications. */
export class Commands {
  readonly #options: CommandOptions;

  /** The last request under way in each dialog: the next one waits for it, so that none overtakes another. */
  readonly #lastInDialog = new Map<string, Promise<void>>();

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  /** Carries one message out; the reply may come later. Never throws. */
  execute(connection: ControlConnection, payload: Payload): void {
    try {
      this.#dispatch(connection, payload);
    } catch (error) {
      this.#refuse(connection, payload.fields[0] ?? '', error);
    }
  }

  #dispatch(connection: ControlConnection, { fields, text }: Payload): void {
    const [id = '', type, ...rest] = fields;
    if (type === 'authenticate') {
      this.#authenticate(connection, id, rest);
      return;
    }
    if (!connection.authenticated) {
      connection.reject(id, 'not authenticated');
      return;
    }
    switch (type) {
      case 'route':
        this.#route(connection, id, rest[0] ?? '');
        return;
      case 'remove_route':
        this.#options.router.remove((rest[0] ?? '').toLowerCase(), connection);
        connection.reply(id, ['OK']);
        return;
      case 'ping':
        connection.reply(id, ['OK', 'pong']);
        return;
      case 'sip':
        if (text.subarray(0, 8).toString('latin1') === 'SIP/2.0 ') {
          this.#respond(connection, id, rest, text);
          return;
        }
        this.#inOrder(rest[1] ?? '', () => this.#request(connection, id, rest, text));
        return;
      case 'proxy':
        this.#proxy(connection, id, rest, text);
        return;
      default:
        connection.reject(id, 'Unknown message type');
        return;
    }
  }

  #authenticate(connection: ControlConnection, id: string, [secret = '']: string[]): void {
    if (!sameSecret(secret, this.#options.secret)) {
      this.#options.log.warn({}, 'application gave a wrong secret');
      connection.reject(id, 'incorrect secret');
      return;
    }
    const { hostPorts, localHostPorts } = this.#options;
    connection.reply(id, ['OK', hostPorts().join(','), PROTOCOL_VERSION, localHostPorts().join(',')]);
    connection.admit();
  }

  #route(connection: ControlConnection, id: string, verb: string): void {
    const lower = verb.toLowerCase();
    if (!VERB.test(lower)) {
      connection.reply(id, ['NOK', 'invalid verb']);
      return;
    }
    this.#options.router.add(lower, connection);
    connection.reply(id, ['OK']);
  }

  #respond(connection: ControlConnection, id: string, [transactionId = '']: string[], text: Buffer): void {
    try {
      const sent = this.#options.target.respond(transactionId, text);
      connection.reply(id, ['OK', ...sentResponseFields(sent)], sent.bytes);
    } catch (error) {
      this.#refuse(connection, id, error);
    }
  }

  #proxy(connection: ControlConnection, id: string, fields: string[], text: Buffer): void {
    const [transactionId = '', remain = '', full = '', follow = '', order = '', provisional = '', final = ''] = fields;
    const command: ProxyCommand = {
      transactionId,
      remainInDialog: remain !== '',
      followRedirects: follow !== '',
      simultaneous: order === 'simultaneous',
      provisionalTimeout: readTimeout(provisional),
      finalTimeout: readTimeout(final),
      targets: fields.slice(7),
      text,
    };
    this.#options.target.proxy(command, {
      answered: (response, flow, time) => {
        if (full !== '') connection.reply(id, ['OK', ...proxiedResponseFields(response, flow, time)], response);
      },
      done: () => connection.reply(id, ['OK', 'done']),
    });
  }

  /** Runs at once outside dialogs, and after the earlier requests of the same dialog inside. @param run never rejects */
  #inOrder(dialogId: string, run: () => Promise<void>): void {
    const last = dialogId === '' ? undefined : this.#lastInDialog.get(dialogId);
    const own = last === undefined ? run() : last.then(run);
    if (dialogId === '') return;
    this.#lastInDialog.set(dialogId, own);
    void own.then(() => {
      if (this.#lastInDialog.get(dialogId) === own) this.#lastInDialog.delete(dialogId);
    });
  }

  async #request(
    connection: ControlConnection,
    id: string,
    [transactionId = '', dialogId = '', proxy = '']: string[],
    text: Buffer,
  ): Promise<void> {
    try {
      const command = { session: connection, transactionId, dialogId, proxy: proxy === '' ? undefined : proxy, text };
      const { sent, start } = await this.#options.target.prepare(command);
      connection.reply(id, ['OK', ...sentRequestFields(sent)], sent.bytes);
      start();
    } catch (error) {
      this.#refuse(connection, id, error);
    }
  }

  #refuse(connection: ControlConnection, id: string, error: unknown): void {
    if (error instanceof CommandRefused) {
      connection.reply(id, ['NOK', error.message]);
      return;
    }
    this.#options.log.error({ err: error }, 'command of an application failed');
    connection.reply(id, ['NOK', 'internal error']);
  }
}

/** Compares a field with the secret, in a time that tells nothing about where they differ. */
function sameSecret(field: string, secret: string): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(Buffer.from(field, 'latin1')), digest(Buffer.from(secret, 'utf8')));
}
