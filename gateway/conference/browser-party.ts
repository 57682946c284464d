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
  readonly id: string;
  readonly name: string;
  readonly #session: WebrtcSession;
  readonly #conference: Conference;
  readonly #lesson: Lesson;
  readonly #ssrc = { audio: randomSsrc(), video: randomSsrc() };
  /** What the page shows, by source: `mix` or a party's id. */
  readonly #shown = new Map<string, Consumer>();
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
    const [audioPort, videoPort] = this.#held?.numbers ?? [];
    if (audioPort === undefined || videoPort === undefined) {
      throw new FaultError('lesson-full');
    }
    const side = await this.#conference.browserSide(this.#lesson);
    const { room } = side;
    const [audio, video, browser] = await Promise.all([
      room.openRelay(audioPort),
      room.openRelay(videoPort),
      room.openBrowser(),
    ]);
    const sound = await room.publishSound(audio, this.#ssrc.audio, canonicalName(this.#lesson.id));
    this.#media = { side, browser, relays: { audio, video }, sound };
    if (this.#ended) {
      this.#closeMedia();
      throw new FaultError('shutdown');
    }
    browser.on('failed', () => this.#session.end('media-failed'));
    this.#audio = publishedSound(audio.address);
    await this.#commit();
    return {
      party: this.id,
      title: this.#lesson.title,
      routerRtpCapabilities: { ...room.rtpCapabilities },
      send: browser.send,
      receive: browser.receive,
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
    await this.#offerConsumer('mix', sound);
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
    const kind = request.kind === 'audio' ? 'audio' : 'main';
    const stream = consumerLeg(consumer.rtpParameters, { index: 0, remote: relay.address, kind })?.stream;
    if (stream === undefined) {
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
    this.#show().catch((error: unknown) => {
      this.#conference.log.warn({ event: 'consumer-failed', call: this.id, err: error }, 'a picture cannot be shown');
    });
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
    if (this.#media?.browser.capabilities === undefined || this.#ended) {
      return;
    }
    const wanted = await this.#wantedPictures(this.#media);
    for (const [source, consumer] of this.#shown) {
      if (wanted.get(source)?.id !== consumer.producerId || consumer.closed) {
        this.#shown.delete(source);
        this.#media.browser.closeConsumer(consumer.id);
        this.#session.notify({ type: 'consumer-closed', consumer: consumer.id });
      }
    }
    for (const [source, producer] of wanted) {
      if (!this.#shown.has(source) && !producer.closed) {
        const consumer = await this.#offerConsumer(source, producer);
        if (consumer !== undefined) {
          this.#shown.set(source, consumer);
        }
      }
    }
  }

  async #wantedPictures(media: Media): Promise<Map<string, Producer>> {
    if (this.#reception === 'mix') {
      return new Map([['mix', media.side.published.producer]]);
    }
    const wanted = new Map<string, Producer>();
    for (const party of this.#lesson.parties) {
      const picture = party === this ? undefined : await party.ownPicture(media.side);
      if (picture !== undefined) {
        wanted.set(party.id, picture);
      }
    }
    return wanted;
  }

  async #offerConsumer(source: string, producer: Producer): Promise<Consumer | undefined> {
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

/** What the media server refuses is the page's fault. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof MediaRefused ? new FaultError('media-failed', { cause: error }) : error;
  }
}
