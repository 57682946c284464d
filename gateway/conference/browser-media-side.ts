import type { Consumer, Producer } from 'mediasoup/types';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { consumerLeg } from '#codecs/mediasoup/consumer-leg.ts';
import { publishedSound } from '#codecs/mediasoup/published.ts';
import { type BrowserMedia, MediaRefused } from '#mcu/sfu/browser-media.ts';
import type { Relay } from '#mcu/sfu/relay.ts';
import { FaultError } from '#signaling/webrtc/fault-error.ts';
import type { Joined, Notice, RequestOf } from '#signaling/webrtc/protocol.ts';
import type { BrowserSide } from './browser-side.ts';

/** A page's room in the media server, its leg in the engine, and who is told what comes of them. */
export interface BrowserMediaSideOptions {
  readonly side: BrowserSide;
  /** The engine's ports of the party's leg. */
  readonly ports: { readonly audio: number; readonly video: number };
  /** Synchronisation source of the sum of the others. */
  readonly ssrc: number;
  readonly cname: string;
  /** Tells the page. */
  readonly notify: (notice: Notice) => void;
  /** A picture cannot be shown. */
  readonly onShowFailed: (error: unknown) => void;
  /** ICE or DTLS failed for good. */
  readonly onFailed: () => void;
}

/** Everything of a browser's media that opens together and closes together. */
interface Opened {
  readonly browser: BrowserMedia;
  readonly relays: { readonly audio: Relay; readonly video: Relay };
  /** The sum of the others, as the page consumes it. */
  readonly sound: Producer;
}

/** What a page sends has reached the engine's door. */
export interface ProducedStream {
  readonly producer: string;
  readonly stream: NegotiatedAudio | NegotiatedVideo;
}

/**
 * The media of a page in one media server: its transports, what it sends and is sent, the ways to the engine. When the media server is
 * replaced, so is this as a whole; the party stays.
 */
export class BrowserMediaSide {
  readonly side: BrowserSide;
  readonly #options: BrowserMediaSideOptions;
  readonly #opened: Opened;
  /** What the page shows, by source: `mix` or a party's id. */
  readonly #shown = new Map<string, Consumer>();
  /** The sum of the others, as the page is sent it. */
  #heard: Consumer | undefined;
  #showing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: BrowserMediaSideOptions, opened: Opened) {
    this.side = options.side;
    this.#options = options;
    this.#opened = opened;
    opened.browser.on('failed', () => options.onFailed());
  }

  /** Opens all of it, or nothing. Rejects where the media server refuses or no port is left. */
  static async open(options: BrowserMediaSideOptions): Promise<BrowserMediaSide> {
    return new BrowserMediaSide(options, await openAll(options));
  }

  /** What the page makes its PeerConnections from. */
  get parameters(): Pick<Joined, 'routerRtpCapabilities' | 'send' | 'receive'> {
    const { browser } = this.#opened;
    return {
      routerRtpCapabilities: { ...this.side.room.rtpCapabilities },
      send: browser.send,
      receive: browser.receive,
    };
  }

  /** What the engine sends the page, before the page sends anything. */
  get sound(): NegotiatedAudio {
    return publishedSound(this.#opened.relays.audio.address);
  }

  /** The page has said what it can receive. */
  get isReady(): boolean {
    return this.#opened.browser.capabilities !== undefined;
  }

  /** The page's own track of a kind, for those who consume it. */
  producer(kind: 'audio' | 'video'): Producer | undefined {
    return this.#opened.browser.producer(kind);
  }

  /** The page said what it can receive: it is sent the sum of the others. It may come again. Throws FaultError. */
  async ready(capabilities: Record<string, unknown>): Promise<void> {
    this.#opened.browser.setCapabilities(capabilities);
    // The page has one sound, however often it says so.
    const before = this.#heard;
    this.#heard = await this.#offer('mix', this.#opened.sound);
    if (before !== undefined) {
      this.#withdraw(before);
    }
  }

  /** Throws FaultError. */
  async connect({ transport, dtlsParameters }: RequestOf<'connect'>): Promise<void> {
    await orRefused(this.#opened.browser.connect(transport, dtlsParameters));
  }

  /** Takes a track of the page to the engine. Throws FaultError. */
  async produce({ kind, rtpParameters }: RequestOf<'produce'>): Promise<ProducedStream> {
    const { browser, relays } = this.#opened;
    const producer = await orRefused(browser.produce(kind, rtpParameters));
    const relay = relays[kind];
    const consumer = await relay.consume(producer, this.side.room.engineCapabilities);
    const stream = consumerLeg(consumer.rtpParameters, {
      index: 0,
      remote: relay.address,
      kind: kind === 'audio' ? 'audio' : 'main',
    })?.stream;
    if (stream === undefined) {
      producer.close();
      throw new FaultError('media-failed');
    }
    // The same relay carries the sum of the others the other way.
    const both: ProducedStream['stream'] =
      stream.kind === 'audio' ? { ...this.sound, receive: stream.receive, direction: 'sendrecv' } : stream;
    return { producer: producer.id, stream: both };
  }

  /** Throws FaultError. */
  async resume(consumer: string): Promise<void> {
    await orRefused(this.#opened.browser.resume(consumer));
  }

  /** Stops or lets flow what the page sends of a kind. */
  async setMuted(kind: 'audio' | 'video', muted: boolean): Promise<void> {
    const producer = this.#opened.browser.producer(kind);
    await (muted ? producer?.pause() : producer?.resume());
  }

  /** Brings the pictures that the page is sent in line with what it wants to see, by source; one change at a time. */
  show(wanted: () => Promise<ReadonlyMap<string, Producer>>): Promise<void> {
    this.#showing = this.#showing
      .catch(() => undefined)
      .then(async () => {
        if (this.isReady && !this.#closed) {
          await this.#bringInLine(await wanted());
        }
      });
    return this.#showing;
  }

  close(): void {
    this.#closed = true;
    const { browser, relays } = this.#opened;
    browser.close();
    relays.audio.close();
    relays.video.close();
  }

  async #bringInLine(wanted: ReadonlyMap<string, Producer>): Promise<void> {
    for (const [source, consumer] of this.#shown) {
      if (wanted.get(source)?.id !== consumer.producerId || consumer.closed) {
        this.#shown.delete(source);
        this.#withdraw(consumer);
      }
    }
    for (const [source, producer] of wanted) {
      if (!this.#closed && !this.#shown.has(source) && !producer.closed) {
        await this.#showPicture(source, producer);
      }
    }
  }

  /** A single source that cannot be shown costs only itself; without the mix the page has nothing. */
  async #showPicture(source: string, producer: Producer): Promise<void> {
    try {
      this.#shown.set(source, await this.#offer(source, producer));
    } catch (error) {
      if (source === 'mix') {
        throw error;
      }
      this.#options.onShowFailed(error);
    }
  }

  #withdraw(consumer: Consumer): void {
    this.#opened.browser.closeConsumer(consumer.id);
    this.#tell({ type: 'consumer-closed', consumer: consumer.id });
  }

  async #offer(source: string, producer: Producer): Promise<Consumer> {
    const consumer = await orRefused(this.#opened.browser.consume(producer));
    if (consumer === undefined) {
      // The browser has no codec for it.
      throw new FaultError('media-failed');
    }
    this.#tell({
      type: 'consumer',
      consumer: consumer.id,
      producer: producer.id,
      kind: consumer.kind,
      source,
      rtpParameters: { ...consumer.rtpParameters },
    });
    return consumer;
  }

  /** What was here is no news for a page that is somewhere else by now. */
  #tell(notice: Notice): void {
    if (!this.#closed) {
      this.#options.notify(notice);
    }
  }
}

async function openAll({ side: { room }, ports, ssrc, cname }: BrowserMediaSideOptions): Promise<Opened> {
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(part: T): T => {
    opened.push(part);
    return part;
  };
  try {
    const audio = keep(await room.openRelay(ports.audio));
    const video = keep(await room.openRelay(ports.video));
    const browser = keep(await room.openBrowser());
    return { browser, relays: { audio, video }, sound: await room.publishSound(audio, ssrc, cname) };
  } catch (error) {
    for (const part of opened) {
      part.close();
    }
    throw error;
  }
}

/** What the media server refuses is the page's fault. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof MediaRefused ? new FaultError('media-failed', { cause: error }) : error;
  }
}
