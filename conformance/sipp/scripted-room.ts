import { randomBytes } from 'node:crypto';
import { type HeardMessage, headerOf, type RoomLine } from './room-line.ts';

/** What a request has beyond the usual. */
export interface RequestParts {
  /** Number in CSeq; the next one unless told. */
  readonly sequence?: number;
  /** `branch` of Via; a new one unless told. */
  readonly branch?: string;
  readonly headers?: readonly string[];
  /** Session description. */
  readonly body?: string;
  /** Request-URI; the service's Contact once known. */
  readonly uri?: string;
}

/** Ports and direction that a session description names. */
export interface OfferParts {
  readonly port?: number;
  readonly address?: string;
  readonly direction?: string;
  readonly version?: number;
}

/** One call of a room that says exactly what a test wants, message by message. */
export class ScriptedRoom {
  /** The line that messages leave by; another one can be taken in the middle of a call. */
  line: RoomLine;
  callId = `${randomBytes(6).toString('hex')}@room`;
  /** Its own tag in the dialog. */
  readonly tag = randomBytes(4).toString('hex');
  readonly #service: { readonly address: string; readonly sipPort: number };
  readonly #target: string;
  #peerTag = '';
  #contact: string | undefined;
  #sequence = 0;

  constructor(line: RoomLine, service: { readonly address: string; readonly sipPort: number }, target: string) {
    this.line = line;
    this.#service = service;
    this.#target = target;
  }

  /** A new branch for Via. */
  static branch(): string {
    return `z9hG4bK${randomBytes(8).toString('hex')}`;
  }

  /** The text of a request. */
  text(method: string, parts: RequestParts = {}): string {
    const { branch = ScriptedRoom.branch(), headers = [], body = '' } = parts;
    const isOwnNumber = method !== 'ACK' && method !== 'CANCEL';
    if (isOwnNumber) {
      this.#sequence = parts.sequence ?? this.#sequence + 1;
    }
    const { address, port, protocol } = this.line;
    const uri = `sip:${this.#target}@${this.#service.address}:${this.#service.sipPort}`;
    return [
      `${method} ${parts.uri ?? this.#contact ?? uri} SIP/2.0`,
      `Via: SIP/2.0/${protocol} ${address}:${port};branch=${branch}`,
      'Max-Forwards: 70',
      `From: <sip:scripted@${address}:${port}>;tag=${this.tag}`,
      `To: <${uri}>${this.#peerTag}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${parts.sequence ?? this.#sequence} ${method}`,
      `Contact: <sip:scripted@${address}:${port};transport=${protocol.toLowerCase()}>`,
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  }

  send(method: string, parts: RequestParts = {}): void {
    this.line.send(this.text(method, parts));
  }

  /** Takes the dialog from the 200 of an INVITE: tag and Contact of the service. */
  enter(answer: HeardMessage): void {
    this.#peerTag = `;tag=${/;tag=([^;\s]+)/.exec(headerOf(answer, 'To'))?.[1] ?? ''}`;
    this.#contact = /<([^>]*)>/.exec(headerOf(answer, 'Contact'))?.[1];
  }

  /** Takes the dialog from an INVITE of the service. */
  take(invite: HeardMessage): void {
    this.callId = headerOf(invite, 'Call-ID');
    this.#peerTag = `;tag=${/;tag=([^;\s]+)/.exec(headerOf(invite, 'From'))?.[1] ?? ''}`;
    this.#contact = /<([^>]*)>/.exec(headerOf(invite, 'Contact'))?.[1];
  }

  /** Sends an INVITE with an offer and acknowledges its 200. */
  async call(offer: OfferParts = {}, headers: readonly string[] = []): Promise<HeardMessage> {
    this.send('INVITE', { body: this.offer(offer), headers });
    const answer = await this.line.final('INVITE', this.#sequence);
    if (answer.status !== 200) {
      throw new Error(`the call was refused:\n${answer.text}`);
    }
    this.enter(answer);
    this.send('ACK');
    return answer;
  }

  /** Hangs up; resolves to the answer. */
  async hangUp(): Promise<HeardMessage> {
    this.send('BYE');
    return await this.line.final('BYE', this.#sequence);
  }

  /** Answers a request of the service; `tag` is this room's where the request begins a dialog. */
  respond(
    request: HeardMessage,
    status: string,
    parts: Pick<RequestParts, 'headers' | 'body'> & { readonly tag?: string } = {},
  ): void {
    const { headers = [], body = '', tag } = parts;
    const tagged = tag === undefined ? '' : `;tag=${tag}`;
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
      (name) => `${name}: ${headerOf(request, name)}${name === 'To' ? tagged : ''}`,
    );
    const { address, port, protocol } = this.line;
    this.line.send(
      [
        `SIP/2.0 ${status}`,
        ...copied,
        `Contact: <sip:scripted@${address}:${port};transport=${protocol.toLowerCase()}>`,
        ...headers,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  /** A session description of one line of sound. */
  offer({ port = 15_000, address = this.line.address, direction = 'sendrecv', version = 1 }: OfferParts = {}): string {
    return [
      'v=0',
      `o=scripted 1 ${version} IN IP4 ${this.line.address}`,
      's=-',
      `c=IN IP4 ${address}`,
      't=0 0',
      `m=audio ${port} RTP/AVP 8`,
      'a=rtpmap:8 PCMA/8000',
      `a=${direction}`,
      '',
    ].join('\r\n');
  }
}
