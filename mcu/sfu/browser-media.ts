import { EventEmitter } from 'node:events';
import type {
  Consumer,
  DtlsParameters,
  Producer,
  RtpCapabilities,
  RtpParameters,
  WebRtcTransport,
} from 'mediasoup/types';
import { describeTransport, type TransportDescription } from './transport-description.ts';

/** A page sent something that the media server refuses. */
export class MediaRefused extends Error {
  constructor(what: string, cause: unknown) {
    super(what, { cause });
    this.name = 'MediaRefused';
  }
}

/**
 * ms between two key frame requests to a page. Chromium overlooks one that comes within 300 ms of the last, and the media server itself
 * asks again after a second only.
 */
const KEY_FRAME_REQUEST_DELAY = 350;

interface BrowserMediaEvents {
  /** ICE or DTLS failed for good. */
  failed: [];
}

/** The media side of one page: two transports, what it sends and what it receives. */
export class BrowserMedia extends EventEmitter<BrowserMediaEvents> {
  readonly #send: WebRtcTransport;
  readonly #receive: WebRtcTransport;
  readonly #canConsume: (producerId: string, capabilities: RtpCapabilities) => boolean;
  readonly #producers = new Map<'audio' | 'video', Producer>();
  readonly #consumers = new Map<string, Consumer>();
  #capabilities: RtpCapabilities | undefined;

  constructor(
    send: WebRtcTransport,
    receive: WebRtcTransport,
    canConsume: (producerId: string, capabilities: RtpCapabilities) => boolean,
  ) {
    super();
    this.#send = send;
    this.#receive = receive;
    this.#canConsume = canConsume;
    for (const transport of [send, receive]) {
      transport.on('dtlsstatechange', (state) => {
        if (state === 'failed') {
          this.emit('failed');
        }
      });
    }
  }

  get send(): TransportDescription {
    return describeTransport(this.#send);
  }

  get receive(): TransportDescription {
    return describeTransport(this.#receive);
  }

  /** What the page said it can receive; undefined before. */
  get capabilities(): RtpCapabilities | undefined {
    return this.#capabilities;
  }

  /** Takes what the page can receive. */
  setCapabilities(capabilities: Record<string, unknown>): void {
    // Checked by mediasoup itself at the first `consume`.
    this.#capabilities = capabilities as RtpCapabilities;
  }

  /** Gives a transport the page's DTLS parameters. Throws MediaRefused. */
  async connect(transportId: string, dtlsParameters: Record<string, unknown>): Promise<void> {
    const transport = [this.#send, this.#receive].find(({ id }) => id === transportId);
    if (transport === undefined) {
      throw new MediaRefused('no such transport', undefined);
    }
    await refused('connect', transport.connect({ dtlsParameters: dtlsParameters as unknown as DtlsParameters }));
  }

  /** A track of the page; a second one of a kind takes the place of the first. Throws MediaRefused. */
  async produce(kind: 'audio' | 'video', rtpParameters: Record<string, unknown>): Promise<Producer> {
    const producer = await refused(
      'produce',
      this.#send.produce({
        kind,
        rtpParameters: rtpParameters as unknown as RtpParameters,
        keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY,
      }),
    );
    if (!producer.rtpParameters.codecs.every(({ mimeType }) => mimeType.toLowerCase().startsWith(`${kind}/`))) {
      // The media server believes the kind that it is told.
      producer.close();
      throw new MediaRefused(`no codec of ${kind}`, undefined);
    }
    this.#producers.get(kind)?.close();
    this.#producers.set(kind, producer);
    return producer;
  }

  producer(kind: 'audio' | 'video'): Producer | undefined {
    return this.#producers.get(kind);
  }

  /** Begins to send a producer of the room to the page, paused until `resume`. Undefined where the page cannot take it. */
  async consume(producer: Producer): Promise<Consumer | undefined> {
    const capabilities = this.#capabilities;
    if (capabilities === undefined) {
      return undefined;
    }
    return await refused('consume', this.#consume(producer, capabilities));
  }

  /** Lets a consumer flow. Throws MediaRefused. */
  async resume(consumerId: string): Promise<void> {
    const consumer = this.#consumers.get(consumerId);
    if (consumer === undefined) {
      throw new MediaRefused('no such consumer', undefined);
    }
    await consumer.resume();
  }

  /** Ends a consumer; unknown ones are nothing to do. */
  closeConsumer(consumerId: string): void {
    this.#consumers.get(consumerId)?.close();
    this.#consumers.delete(consumerId);
  }

  close(): void {
    this.#send.close();
    this.#receive.close();
  }

  async #consume(producer: Producer, rtpCapabilities: RtpCapabilities): Promise<Consumer | undefined> {
    if (!this.#canConsume(producer.id, rtpCapabilities)) {
      return undefined;
    }
    const consumer = await this.#receive.consume({ producerId: producer.id, rtpCapabilities, paused: true });
    this.#consumers.set(consumer.id, consumer);
    consumer.observer.on('close', () => this.#consumers.delete(consumer.id));
    return consumer;
  }
}

/** mediasoup checks what it is given and throws: that is the page's fault. */
async function refused<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new MediaRefused(`${what} was refused`, error);
  }
}
