import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  fieldValue,
  fieldValues,
  headerField,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message/message.ts';
import { parseMessage } from './message/parser.ts';
import { serializeMessage } from './message/serializer.ts';

/** What `ScriptedPeer.respond` adds to an answer. */
export interface AnswerParts {
  readonly toTag?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** A SIP element over UDP that does just what a test says: nothing is repeated or answered by itself. For tests. */
export class ScriptedPeer {
  readonly #socket: Socket;
  readonly #edgePort: number;
  readonly #received: SipMessage[] = [];
  #arrived = Promise.withResolvers<void>();

  private constructor(socket: Socket, edgePort: number) {
    this.#socket = socket;
    this.#edgePort = edgePort;
    socket.on('message', (bytes) => {
      const result = parseMessage(bytes, 'content-length');
      if (!('message' in result)) return;
      this.#received.push(result.message);
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  /** Opens a socket on a free port of 127.0.0.1. @param edgePort the UDP port of the edge on the same address */
  static async open(edgePort: number): Promise<ScriptedPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new ScriptedPeer(socket, edgePort);
  }

  /** The port of the edge that it sends to. */
  get edgePort(): number {
    return this.#edgePort;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Where others reach this peer. */
  get uri(): string {
    return `sip:peer@127.0.0.1:${this.port}`;
  }

  send(text: string | Buffer): void {
    this.#socket.send(text, this.#edgePort, '127.0.0.1');
  }

  /** Sends a request; lines of `headers` stand after the usual ones. */
  request(
    method: string,
    parts: {
      branch: string;
      cseq: number;
      to?: string;
      callId?: string;
      uri?: string;
      headers?: string[];
      body?: string;
    },
  ): void {
    const body = parts.body ?? '';
    const lines = [
      `${method} ${parts.uri ?? `sip:app@127.0.0.1:${this.#edgePort}`} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${parts.branch};rport`,
      'Max-Forwards: 70',
      `From: "Peer" <${this.uri}>;tag=peertag`,
      `To: ${parts.to ?? `<sip:app@127.0.0.1:${this.#edgePort}>`}`,
      `Call-ID: ${parts.callId ?? 'call-1'}`,
      `CSeq: ${parts.cseq} ${method}`,
      `Contact: <${this.uri}>`,
      ...(parts.headers ?? []),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    this.send(lines.join('\r\n'));
  }

  /** Answers a request that came. */
  respond(request: SipRequest, status: number, reason: string, parts: AnswerParts = {}): void {
    const copied = (name: string) => fieldValues(request, name).map((value) => headerField(name, value));
    const to = fieldValue(request, 'To') ?? '';
    const tagged = parts.toTag === undefined || to.includes(';tag=') ? to : `${to};tag=${parts.toTag}`;
    const response: SipResponse = {
      kind: 'response',
      version: '2.0',
      status,
      reason,
      headers: [
        ...copied('Via'),
        ...copied('Record-Route'),
        ...copied('From'),
        headerField('To', tagged),
        ...copied('Call-ID'),
        ...copied('CSeq'),
        headerField('Contact', `<${this.uri}>`),
        ...(parts.headers ?? []).map(([name, value]) => headerField(name, value)),
      ],
      body: Buffer.from(parts.body ?? ''),
    };
    this.send(serializeMessage(response));
  }

  /** The next request of this method, whatever else came before it. @throws after three seconds without one */
  async nextRequest(method: string): Promise<SipRequest> {
    const found = await this.#next((message) => message.kind === 'request' && message.method === method, method);
    if (found.kind !== 'request') throw new Error('unreachable');
    return found;
  }

  /** The next response with this status to a request of this method. @throws after three seconds without one */
  async nextResponse(status: number, method: string): Promise<SipResponse> {
    const found = await this.#next(
      (message) =>
        message.kind === 'response' &&
        message.status === status &&
        (fieldValue(message, 'CSeq') ?? '').endsWith(method),
      `${status} to ${method}`,
    );
    if (found.kind !== 'response') throw new Error('unreachable');
    return found;
  }

  /** What came and was not asked for yet, as start lines. */
  get unread(): string[] {
    return this.#received.map((message) => (message.kind === 'request' ? message.method : String(message.status)));
  }

  close(): void {
    this.#socket.close();
  }

  async #next(fits: (message: SipMessage) => boolean, what: string): Promise<SipMessage> {
    const deadline = Date.now() + 3_000;
    for (;;) {
      const index = this.#received.findIndex(fits);
      const [found] = index < 0 ? [] : this.#received.splice(index, 1);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no ${what} came; unread: ${this.unread.join(', ') || 'nothing'}`);
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, left);
      await Promise.race([this.#arrived.promise, timeout.promise]);
      clearTimeout(timer);
    }
  }
}
