import type { Consumer, Producer } from 'mediasoup/types';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { consumerLeg } from '#codecs/mediasoup/consumer-leg.ts';
import { publishedSound } from '#codecs/mediasoup/published.ts';
import { type BrowserMedia, MediaRefused } from '#mcu/sfu/browser-media.ts';
import type { Relay } from '#mcu/sfu/relay.ts';
import type { EndReason } from '#signaling/call/call.ts';
import { FaultError } from '#signaling/webrtc/fault-error.ts';
import type { Joined, Produced, Reception, RequestOf } from '#signaling/webrtc/protocol.ts';
import type { WebrtcSession } from '#signaling/webrtc/session.ts';
import type { BrowserSide } from './browser-side.ts';
import { canonicalName } from './canonical-name.ts';
import type { Conference } from './conference.ts';
import type { HeldPorts } from './leg-ports.ts';
import type { Lesson } from './lesson.ts';
import type { LegPlan, Party } from './party.ts';
import { randomSsrc } from './ssrc.ts';

const LOOPBACK = '127.0.0.1';

/** Everything of a browser's media that opens together and closes together. */
interface Media {
  readonly side: BrowserSide;
  readonly browser: BrowserMedia;
  readonly relays: { readonly audio: Relay; readonly video: Relay };
  /** The sum of the others, as the page consumes it. */
  readonly sound: Producer;
}

/** A teacher, pupil or patrol with a browser. */
export class BrowserParty implements Party {
  readonly protocol = 'webrtc';
  readonly direction = 'inbound';
  readonly id: string;
  readonly name: string;
  readonly #session: WebrtcSession;
  readonly #conference: Conference;
  readonly #lesson: Lesson;
  readonly #ssrc = { audio: randomSsrc(), video: randomSsrc() };
  /** What the page shows, by source: `mix` or a party's id. */
  readonly #shown = new Map<string, Consumer>();
  /** The sum of the others, as the page is sent it. */
  #heard: Consumer | undefined;
  readonly #muted = { audio: false, video: false };
  #reception: Reception;
  #ports: readonly number[] = [];
  #held: HeldPorts | undefined;
  #media: Media | undefined;
  #audio: NegotiatedAudio | undefined;
  #video: NegotiatedVideo | undefined;
  #showing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(id: string, request: RequestOf<'join'>, session: WebrtcSession, conference: Conference, lesson: Lesson) {
    this.id = id;
    this.name = request.name;
    this.#reception = request.reception;
    this.#session = session;
    this.#conference = conference;
    this.#lesson = lesson;
    session.once('ended', (reason) => this.#onEnded(reason));
  }

  get plan(): LegPlan | undefined {
    const [audioPort, videoPort] = this.#ports;
    if (audioPort === undefined || videoPort === undefined) {
      return undefined;
    }
    return {
      audio: { address: LOOPBACK, port: audioPort, ssrc: this.#ssrc.audio, media: this.#audio },
      video: { address: LOOPBACK, port: videoPort, ssrc: this.#ssrc.video, media: this.#video },
      receivesView: false,
      cameraOff: this.#muted.video || this.#video === undefined,
    };
  }

  get sends(): { readonly audio: boolean; readonly video: boolean } {
    return {
      audio: this.#media?.browser.producer('audio') !== undefined && !this.#muted.audio,
      video: this.#media?.browser.producer('video') !== undefined && !this.#muted.video,
    };
  }

  ownPicture(): Promise<Producer | undefined> {
    return Promise.resolve(this.#media?.browser.producer('video'));
  }

  /** Enters the lesson and opens the media. Throws FaultError. */
  async join(): Promise<Joined> {
    this.#conference.enter(this.#lesson, this);
    this.#held = await this.#conference.holdPorts(this, 2, (numbers) => {
      this.#ports = numbers;
    });
    this.#checkThere();
    const [audioPort, videoPort] = this.#held?.numbers ?? [];
    if (audioPort === undefined || videoPort === undefined) {
      throw new FaultError('lesson-full');
    }
    const side = await this.#conference.browserSide(this.#lesson);
    this.#checkThere();
    const media = await openMedia(side, { audioPort, videoPort }, this.#ssrc.audio, canonicalName(this.#lesson.id));
    this.#media = media;
    if (this.#ended) {
      this.#closeMedia();
    }
    this.#checkThere();
    media.browser.on('failed', () => this.#session.end('media-failed'));
    this.#audio = publishedSound(media.relays.audio.address);
    await this.#commit();
    return {
      party: this.id,
      title: this.#lesson.title,
      routerRtpCapabilities: { ...side.room.rtpCapabilities },
      send: media.browser.send,
      receive: media.browser.receive,
    };
  }

  /** Leaves again after `join` failed. */
  abandon(reason: EndReason): void {
    this.#onEnded(reason);
  }

  async ready(request: RequestOf<'ready'>): Promise<void> {
    const { browser, sound } = this.#open();
    browser.setCapabilities(request.rtpCapabilities);
    this.#session.notify({ type: 'parties', parties: this.#lesson.info });
    // It may come again: the page has one sound, however often it says so.
    const before = this.#heard;
    this.#heard = await this.#offerConsumer('mix', sound);
    if (before !== undefined) {
      this.#withdraw(browser, before);
    }
    await this.#show();
  }

  async connect(request: RequestOf<'connect'>): Promise<void> {
    await orRefused(this.#open().browser.connect(request.transport, request.dtlsParameters));
  }

  async produce(request: RequestOf<'produce'>): Promise<Produced> {
    const { browser, relays, side } = this.#open();
    const producer = await orRefused(browser.produce(request.kind, request.rtpParameters));
    const relay = request.kind === 'audio' ? relays.audio : relays.video;
    const consumer = await relay.consume(producer, side.room.engineCapabilities);
    this.#checkThere();
    const kind = request.kind === 'audio' ? 'audio' : 'main';
    const stream = consumerLeg(consumer.rtpParameters, { index: 0, remote: relay.address, kind })?.stream;
    if (stream === undefined) {
      producer.close();
      throw new FaultError('media-failed');
    }
    if (stream.kind === 'audio') {
      // The same relay carries the sum of the others the other way.
      this.#audio = { ...publishedSound(relay.address), receive: stream.receive, direction: 'sendrecv' };
    } else {
      this.#video = stream;
    }
    if (this.#muted[request.kind]) {
      await producer.pause();
    }
    await this.#commit();
    this.#lesson.announce();
    return { producer: producer.id };
  }

  async resume(request: RequestOf<'resume'>): Promise<void> {
    await orRefused(this.#open().browser.resume(request.consumer));
  }

  async mute(request: RequestOf<'mute'>): Promise<void> {
    this.#muted[request.kind] = request.muted;
    const producer = this.#media?.browser.producer(request.kind);
    await (request.muted ? producer?.pause() : producer?.resume());
    await this.#commit();
    this.#lesson.announce();
  }

  async reception(request: RequestOf<'reception'>): Promise<void> {
    this.#reception = request.reception;
    await this.#show();
  }

  lessonChanged(): void {
    if (this.#media?.browser.capabilities === undefined || this.#ended) {
      return;
    }
    this.#session.notify({ type: 'parties', parties: this.#lesson.info });
    this.#show().catch((error: unknown) => this.#onShowFailed(error));
  }

  requestKeyFrame(): void {
    // The media server asks the page by RTCP.
  }

  end(reason: EndReason): void {
    this.#session.end(
      reason === 'shutdown' ? 'shutdown' : reason === 'internal-error' ? 'internal-error' : 'lesson-over',
    );
  }

  /** Brings the pictures that the page is sent in line with what it wants to see; one change at a time. */
  #show(): Promise<void> {
    this.#showing = this.#showing.catch(() => undefined).then(() => this.#bringInLine());
    return this.#showing;
  }

  async #bringInLine(): Promise<void> {
    const media = this.#media;
    if (media?.browser.capabilities === undefined) {
      return;
    }
    const wanted = await this.#wantedPictures(media);
    for (const [source, consumer] of this.#shown) {
      if (wanted.get(source)?.id !== consumer.producerId || consumer.closed) {
        this.#shown.delete(source);
        this.#withdraw(media.browser, consumer);
      }
    }
    for (const [source, producer] of wanted) {
      if (!this.#ended && !this.#shown.has(source) && !producer.closed) {
        await this.#showPicture(source, producer);
      }
    }
  }

  /** A single source that cannot be shown costs only itself; without the mix the page has nothing. */
  async #showPicture(source: string, producer: Producer): Promise<void> {
    try {
      this.#shown.set(source, await this.#offerConsumer(source, producer));
    } catch (error) {
      if (source === 'mix') {
        throw error;
      }
      this.#onShowFailed(error);
    }
  }

  async #wantedPictures(media: Media): Promise<Map<string, Producer>> {
    if (this.#reception === 'mix') {
      return new Map([['mix', media.side.published.producer]]);
    }
    const wanted = new Map<string, Producer>();
    for (const party of this.#lesson.parties) {
      const picture = party === this ? undefined : await this.#pictureOf(party, media);
      if (picture !== undefined) {
        wanted.set(party.id, picture);
      }
    }
    return wanted;
  }

  async #pictureOf(party: Party, { side }: Media): Promise<Producer | undefined> {
    try {
      return await party.ownPicture(side);
    } catch (error) {
      this.#onShowFailed(error);
      return undefined;
    }
  }

  #onShowFailed(error: unknown): void {
    // What comes to nothing because the page left is no fault.
    if (!this.#ended) {
      this.#conference.log.warn({ event: 'consumer-failed', call: this.id, err: error }, 'a picture cannot be shown');
    }
  }

  #withdraw(browser: BrowserMedia, consumer: Consumer): void {
    browser.closeConsumer(consumer.id);
    this.#session.notify({ type: 'consumer-closed', consumer: consumer.id });
  }

  async #offerConsumer(source: string, producer: Producer): Promise<Consumer> {
    const consumer = await orRefused(this.#open().browser.consume(producer));
    if (consumer === undefined) {
      // The browser has no codec for it.
      throw new FaultError('media-failed');
    }
    this.#session.notify({
      type: 'consumer',
      consumer: consumer.id,
      producer: producer.id,
      kind: consumer.kind,
      source,
      rtpParameters: { ...consumer.rtpParameters },
    });
    return consumer;
  }

  async #commit(): Promise<void> {
    await this.#conference.commit();
  }

  #open(): Media {
    if (this.#media === undefined || this.#ended) {
      throw new FaultError('out-of-order');
    }
    return this.#media;
  }

  /** The page may leave at any moment: what follows would be for nobody. */
  #checkThere(): void {
    if (this.#ended) {
      throw new FaultError('shutdown');
    }
  }

  #onEnded(reason: EndReason): void {
    this.#ended = true;
    this.#audio = undefined;
    this.#video = undefined;
    this.#ports = [];
    this.#closeMedia();
    this.#conference.leave(this.#lesson, this, reason);
    this.#held?.release();
  }

  #closeMedia(): void {
    this.#media?.browser.close();
    this.#media?.relays.audio.close();
    this.#media?.relays.video.close();
    this.#media = undefined;
  }
}

/** Opens all of a browser's media, or nothing. */
async function openMedia(
  side: BrowserSide,
  ports: { readonly audioPort: number; readonly videoPort: number },
  ssrc: number,
  cname: string,
): Promise<Media> {
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const { room } = side;
  try {
    const audio = keep(await room.openRelay(ports.audioPort));
    const video = keep(await room.openRelay(ports.videoPort));
    const browser = keep(await room.openBrowser());
    return { side, browser, relays: { audio, video }, sound: await room.publishSound(audio, ssrc, cname) };
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
