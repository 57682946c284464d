/** A page without a browser, for tests. */
import { type Logger, pino } from 'pino';
import { producerRtpParameters } from '#codecs/mediasoup/producer-parameters.ts';
import type { Joined, Notice } from '#signaling/webrtc/protocol.ts';
import { PROTOCOL_VERSION } from '#signaling/webrtc/protocol.ts';
import { WebrtcSession } from '#signaling/webrtc/session.ts';
import { browserHandler } from './browser-handler.ts';
import type { Conference } from './conference.ts';

const silent: Logger = pino({ level: 'silent' });

/** What a page asks to produce. */
export const AUDIO = { ...producerRtpParameters({ codec: 'opus', ssrc: 5, cname: 'page' }) };
/** VP8 without simulcast, beside the sound. */
export const VIDEO = { ...producerRtpParameters({ codec: 'VP8', ssrcs: [6], cname: 'page' }) };

/** A page's end of the signalling, without a WebSocket. */
export class ExamplePage {
  readonly notices: Notice[] = [];
  readonly #session: WebrtcSession;
  readonly #answers = new Map<number, { resolve: (data: unknown) => void; reject: (error: Error) => void }>();
  #id = 0;

  constructor(conference: Conference) {
    const socket = {
      send: (text: string) => this.#take(text),
      ping() {},
      close() {},
      terminate() {},
      bufferedAmount: 0,
    };
    this.#session = new WebrtcSession({
      socket,
      handler: (session) => browserHandler(conference, session),
      now: () => performance.now(),
      log: silent,
    });
  }

  /** Resolves to the answer's data; rejects with the fault. */
  ask(request: Record<string, unknown>): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    answer.catch(() => undefined);
    this.#session.receive(JSON.stringify({ id, request }));
    return answer;
  }

  async join(reception = 'mix'): Promise<Joined> {
    return (await this.ask({ type: 'join', version: PROTOCOL_VERSION, code: '1001', name: 'Li', reception })) as Joined;
  }

  vanish(): void {
    this.#session.closed(1006);
  }

  /** Kind and source of what the page is being sent. */
  get consumers(): string[] {
    const gone = this.notices.flatMap((notice) => (notice.type === 'consumer-closed' ? [notice.consumer] : []));
    return this.notices.flatMap((notice) =>
      notice.type === 'consumer' && !gone.includes(notice.consumer) ? [`${notice.kind} ${notice.source}`] : [],
    );
  }

  #take(text: string): void {
    const message = JSON.parse(text);
    if ('notice' in message) {
      this.notices.push(message.notice);
    } else if (message.ok) {
      this.#answers.get(message.id)?.resolve(message.data);
    } else {
      this.#answers.get(message.id)?.reject(new Error(message.fault));
    }
  }
}
