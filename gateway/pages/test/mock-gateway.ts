import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type Fault,
  faultSchema,
  type Joined,
  type Notice,
  type PartyInfo,
  type Request,
  requestSchema,
} from '#signaling/webrtc/protocol.ts';
import { routerRtpCapabilities, transportParameters } from './mock-media.ts';

/** What the real gateway must send too. */
const CONTENT_SECURITY_POLICY = "default-src 'self'; connect-src 'self' wss:";

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves built pages and speaks the signalling protocol, without any media. */
export class MockGateway {
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true });
  /** Every request that came. */
  readonly requests: Request[] = [];
  /** Class codes that are refused. */
  readonly refused = new Map<string, Fault>();
  parties: PartyInfo[] = [];
  /** Nobody can connect while this is true. */
  gone = false;

  constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      const file = extname(path) === '' ? 'index.html' : path;
      readFile(join(folder, file)).then(
        (content) => {
          response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
          response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
          response.end(content);
        },
        () => response.writeHead(404).end(),
      );
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.gone) socket.destroy();
      else this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket));
    });
  }

  /** Begins to listen on this machine only; gives `http://127.0.0.1:port`. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Tells every page. */
  notify(notice: Notice): void {
    for (const webSocket of this.#webSockets.clients) webSocket.send(JSON.stringify({ notice }));
  }

  /** Breaks every connection. */
  drop(): void {
    for (const webSocket of this.#webSockets.clients) webSocket.terminate();
  }

  async close(): Promise<void> {
    this.drop();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(webSocket: WebSocket): void {
    webSocket.on('message', (data) => {
      const { id, request } = requestSchema.parse(JSON.parse(String(data)));
      this.requests.push(request);
      const answer = (body: object) => webSocket.send(JSON.stringify({ id, ...body }));
      if (request.type !== 'join') {
        answer({ ok: true, ...(request.type === 'produce' ? { data: { producer: `producer-${id}` } } : {}) });
        return;
      }
      const fault = this.refused.get(request.code) ?? faultSchema.safeParse(request.code).data;
      if (fault !== undefined) {
        answer({ ok: false, fault });
        return;
      }
      const joined: Joined = {
        party: 'me',
        title: `Class ${request.code}`,
        routerRtpCapabilities,
        send: transportParameters('send'),
        receive: transportParameters('receive'),
      };
      answer({ ok: true, data: joined });
      const self: PartyInfo = { id: 'me', name: request.name, protocol: 'webrtc', audio: true, video: true };
      webSocket.send(JSON.stringify({ notice: { type: 'parties', parties: [self, ...this.parties] } }));
    });
  }
}
