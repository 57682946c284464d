import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { StrangerLog } from '../log/stranger-log.ts';
import { ConnectionCount } from './connection-count.ts';
import { type Fault, MAX_MESSAGE_BYTES } from './protocol.ts';
import { isSameOrigin } from './same-origin.ts';
import { type SessionLog, type SessionSocket, WebrtcSession } from './session.ts';
import type { SessionHandler } from './session-handler.ts';

/** Where pages find the WebSocket. */
const SIGNALLING_PATH = '/signal';

/** Who is let in at `/signal`, and what is made of him. */
export interface SignallingDoorOptions {
  /** Called for every new page, before it has joined. */
  readonly accept: (session: WebrtcSession, address: string) => SessionHandler;
  readonly log: SessionLog;
  /** Connections in all; 2000 unless told. */
  readonly maxConnections?: number;
  /** Connections from one address (one IPv6 /64); 256 unless told: a school sits behind one address. */
  readonly maxConnectionsPerAddress?: number;
  /** Milliseconds within which a page must join; 10 s unless told. */
  readonly joinTimeout?: number;
  /** The far side's address; the socket's unless told. Behind a proxy that is trusted: what its header says. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Milliseconds of a monotonic clock; `performance.now` unless told. */
  readonly now?: () => number;
}

type Refusal = 403 | 404 | 429 | 503;

/** Milliseconds between two looks at the clock. */
const TICK = 1_000;

/** Lets WebSockets in at `SIGNALLING_PATH` of an HTTP or HTTPS server: one `WebrtcSession` for each. */
export class SignallingDoor {
  readonly #options: SignallingDoorOptions;
  readonly #now: () => number;
  readonly #strangers: StrangerLog;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #count: ConnectionCount;
  readonly #sessions = new Set<WebrtcSession>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SignallingDoorOptions) {
    this.#options = options;
    this.#strangers = new StrangerLog(options.log);
    this.#now = options.now ?? (() => performance.now());
    this.#count = new ConnectionCount(options.maxConnections ?? 2_000, options.maxConnectionsPerAddress ?? 256);
  }

  /** Open WebSockets, closing ones too. */
  get connections(): number {
    return this.#count.total;
  }

  /** Serves this server's `upgrade` from now on. Upgrades for other paths are refused, unless others listen for them. */
  attach(server: HttpServer | HttpsServer): void {
    server.on('upgrade', (request, socket, head) => {
      if (pathOf(request) === SIGNALLING_PATH) this.#upgrade(request, socket, head);
      else if (server.listenerCount('upgrade') === 1) refuse(socket, 404);
    });
    this.#timer ??= setInterval(() => {
      for (const session of this.#sessions) session.tick();
    }, TICK).unref();
  }

  /** Ends every session with `fault` and lets nobody in any more. */
  close(fault: Fault = 'shutdown'): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const session of this.#sessions) session.end(fault);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const address = this.#options.addressOf?.(request) ?? request.socket.remoteAddress ?? '';
    const obstacle = this.#obstacle(request, address);
    if (obstacle !== undefined) {
      const { total: connections } = this.#count;
      this.#strangers.line(address, () =>
        this.#options.log.warn({ address, status: obstacle, connections }, 'a page was not let in'),
      );
      refuse(socket, obstacle);
    } else {
      socket.once('close', () => this.#count.leave(address));
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, address));
    }
  }

  /** The HTTP status with which the handshake is refused; where there is none, the connection is counted. */
  #obstacle(request: IncomingMessage, address: string): Refusal | undefined {
    if (this.#closed) return 503;
    if (!isSameOrigin(request.headers.origin, request.headers.host)) return 403;
    switch (this.#count.enter(address)) {
      case 'full':
        return 503;
      case 'full-for-address':
        return 429;
      case 'entered':
        return undefined;
    }
  }

  #open(webSocket: WebSocket, address: string): void {
    const { accept, joinTimeout, log } = this.#options;
    const session = new WebrtcSession({
      socket: sendingSide(webSocket),
      handler: (self) => accept(self, address),
      now: this.#now,
      log,
      ...(joinTimeout === undefined ? {} : { joinTimeout }),
    });
    this.#sessions.add(session);
    session.once('ended', () => this.#sessions.delete(session));
    webSocket.on('message', (data, isBinary) => session.receive(isBinary ? undefined : textOf(data)));
    webSocket.on('pong', () => session.pong());
    webSocket.on('error', (error) => {
      this.#strangers.line(address, () => log.warn({ address, err: error }, 'the WebSocket of a page failed'));
      // What ws itself refuses to read (RFC 6455 §7.4.1: 1002, 1007, 1009) it closes by itself.
      if ('code' in error && String(error.code).startsWith('WS_ERR_')) session.end('bad-request');
    });
    webSocket.on('close', (code) => session.closed(code));
  }
}

function sendingSide(webSocket: WebSocket): SessionSocket {
  const open = () => webSocket.readyState === webSocket.OPEN;
  return {
    // A failure to send is followed by 'close', which ends the session.
    send: (text) => webSocket.send(text, () => {}),
    ping: () => {
      if (open()) webSocket.ping();
    },
    close: (code, reason) => webSocket.close(code, reason),
    terminate: () => webSocket.terminate(),
    get bufferedAmount() {
      return webSocket.bufferedAmount;
    },
  };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}

function pathOf(request: IncomingMessage): string | undefined {
  return request.url?.split('?', 1)[0];
}

function refuse(socket: Duplex, status: Refusal): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
