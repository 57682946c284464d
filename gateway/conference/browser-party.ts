import type { Producer } from 'mediasoup/types';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { EndReason } from '#signaling/call/call.ts';
import { FaultError } from '#signaling/webrtc/fault-error.ts';
import type { Joined, Produced, Reception, RequestOf } from '#signaling/webrtc/protocol.ts';
import type { WebrtcSession } from '#signaling/webrtc/session.ts';
import { BrowserMediaSide } from './browser-media-side.ts';
import { canonicalName } from './canonical-name.ts';
import type { Conference } from './conference.ts';
import type { HeldPorts } from './leg-ports.ts';
import type { Lesson } from './lesson.ts';
import type { LegPlan, Party } from './party.ts';
import { randomSsrc } from './ssrc.ts';

const LOOPBACK = '127.0.0.1';
/** ms that a page has to follow to a new media server. */
const FOLLOW_TIME = 5000;

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
  readonly #muted = { audio: false, video: false };
  /** Kinds of which the page has a track here; they stay so while it follows to another media server. */
  readonly #produced = { audio: false, video: false };
  #reception: Reception;
  #ports: readonly number[] = [];
  #held: HeldPorts | undefined;
  /** Undefined before it is open, between two media servers, and after the end. */
  #media: BrowserMediaSide | undefined;
  #audio: NegotiatedAudio | undefined;
  #video: NegotiatedVideo | undefined;
  #joined = false;
  /** It has once said that it is ready: it is told of what goes on. */
  #listens = false;
  #following: NodeJS.Timeout | undefined;
  #ended = false;

  /** For `Conference.enter`, which puts it into the lesson; `join` opens its media. */
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
      audio: this.#produced.audio && !this.#muted.audio,
      video: this.#produced.video && !this.#muted.video,
    };
  }

  ownPicture(): Promise<Producer | undefined> {
    return Promise.resolve(this.#media?.producer('video'));
  }

  /** Opens the media. Throws FaultError. */
  async join(): Promise<Joined> {
    this.#held = await this.#conference.holdPorts(this, 2, (numbers) => {
      this.#ports = numbers;
    });
    this.#checkThere();
    if (this.#held === undefined) {
      throw new FaultError('lesson-full');
    }
    const media = await this.#openMedia();
    await this.#conference.commit();
    this.#checkCurrent(media);
    this.#joined = true;
    return { party: this.id, title: this.#lesson.title, ...media.parameters };
  }

  /** Leaves again after `join` failed. */
  abandon(reason: EndReason): void {
    this.#onEnded(reason);
  }

  /** The media server is gone, and this party's media with it. The session stays; who is joining must begin again. */
  loseMedia(): void {
    this.#media?.close();
    this.#media = undefined;
  }

  /**
   * There is another media server: opens media there and tells the page to follow. The plan changes: commit afterwards. A page that cannot
   * be brought along is ended, and joins again by itself.
   */
  async renewMedia(): Promise<void> {
    if (!this.#joined || this.#ended || this.#media !== undefined) {
      return;
    }
    try {
      const media = await this.#openMedia();
      this.#session.notify({ type: 'restart', ...media.parameters });
      clearTimeout(this.#following);
      this.#following = setTimeout(() => this.#endFollowing(media), FOLLOW_TIME).unref();
    } catch (error) {
      // Where that media server is gone as well, another one comes.
      if (!this.#ended && this.#conference.hasSfu) {
        this.#conference.log.warn({ event: 'media-not-renewed', call: this.id, err: error }, 'a page is sent away');
        this.#session.end('internal-error');
      }
    }
  }

  async ready(request: RequestOf<'ready'>): Promise<void> {
    const media = this.#media;
    if (media === undefined && this.#joined && !this.#ended) {
      // It will be told where to go, and then says so again.
      return;
    }
    this.#listens = true;
    this.#session.notify({ type: 'parties', parties: this.#lesson.info });
    await this.#inMedia(async (current) => {
      await current.ready(request.rtpCapabilities);
      await this.#show(current);
    }).catch((error: unknown) => {
      if (media === this.#media) {
        throw error;
      }
    });
  }

  async connect(request: RequestOf<'connect'>): Promise<void> {
    await this.#inMedia((media) => media.connect(request));
  }

  /** A new track is not muted, whatever the one before it was. */
  async produce(request: RequestOf<'produce'>): Promise<Produced> {
    const { kind } = request;
    return await this.#inMedia(async (media) => {
      const { producer, stream } = await media.produce(request);
      this.#checkCurrent(media);
      if (stream.kind === 'audio') {
        this.#audio = stream;
      } else {
        this.#video = stream;
      }
      this.#produced[kind] = true;
      this.#muted[kind] = false;
      await this.#conference.commit();
      this.#lesson.announce();
      return { producer };
    });
  }

  async resume(request: RequestOf<'resume'>): Promise<void> {
    await this.#inMedia((media) => media.resume(request.consumer));
  }

  async mute({ kind, muted }: RequestOf<'mute'>): Promise<void> {
    this.#muted[kind] = muted;
    if (this.#media !== undefined) {
      await this.#inMedia((media) => media.setMuted(kind, muted));
    }
    await this.#conference.commit();
    this.#lesson.announce();
  }

  async reception(request: RequestOf<'reception'>): Promise<void> {
    this.#reception = request.reception;
    if (this.#media !== undefined) {
      await this.#inMedia((media) => this.#show(media));
    }
  }

  lessonChanged(): void {
    if (!this.#listens || this.#ended) {
      return;
    }
    this.#session.notify({ type: 'parties', parties: this.#lesson.info });
    const media = this.#media;
    if (media !== undefined) {
      this.#show(media).catch((error: unknown) => this.#onShowFailed(media, error));
    }
  }

  requestKeyFrame(): void {
    // The media server asks the page by RTCP.
  }

  end(reason: EndReason): void {
    this.#session.end(
      reason === 'shutdown' ? 'shutdown' : reason === 'internal-error' ? 'internal-error' : 'lesson-over',
    );
  }

  /** Opens media in the media server that there is. What the page sent before stands until it sends again. */
  async #openMedia(): Promise<BrowserMediaSide> {
    const [audio = 0, video = 0] = this.#ports;
    const side = await this.#conference.browserSide(this.#lesson);
    this.#checkThere();
    const media: BrowserMediaSide = await BrowserMediaSide.open({
      side,
      ports: { audio, video },
      ssrc: this.#ssrc.audio,
      cname: canonicalName(this.#lesson.id),
      notify: (notice) => this.#session.notify(notice),
      onShowFailed: (error) => this.#onShowFailed(media, error),
      onFailed: () => {
        this.#conference.recorder.note(this.id, 'ICE or DTLS of the page failed');
        this.#session.end('media-failed');
      },
    });
    if (this.#ended || this.#lesson.browserSide !== side) {
      media.close();
      this.#checkThere();
      throw new Error('the media server is gone again');
    }
    this.#media = media;
    this.#audio = media.sound;
    return media;
  }

  /** Time is up for the page: what it does not send by now it does not mean to send. */
  #endFollowing(media: BrowserMediaSide): void {
    if (media !== this.#media) {
      return;
    }
    if (!media.isReady) {
      this.#session.end('internal-error');
      return;
    }
    this.#produced.audio = media.producer('audio') !== undefined;
    this.#produced.video = media.producer('video') !== undefined;
    if (!this.#produced.video) {
      this.#video = undefined;
    }
    this.#lesson.announce();
    this.#conference
      .commit()
      .catch((error: unknown) =>
        this.#conference.log.warn({ event: 'apply-failed', call: this.id, err: error }, 'engine refused'),
      );
  }

  #show(media: BrowserMediaSide): Promise<void> {
    return media.show(() => this.#wantedPictures(media));
  }

  async #wantedPictures(media: BrowserMediaSide): Promise<Map<string, Producer>> {
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

  async #pictureOf(party: Party, media: BrowserMediaSide): Promise<Producer | undefined> {
    try {
      return await party.ownPicture(media.side);
    } catch (error) {
      this.#onShowFailed(media, error);
      return undefined;
    }
  }

  #onShowFailed(media: BrowserMediaSide, error: unknown): void {
    // What comes to nothing because the page left, or the media server ended, is no fault.
    if (!this.#ended && media === this.#media) {
      this.#conference.log.warn({ event: 'consumer-failed', call: this.id, err: error }, 'a picture cannot be shown');
    }
  }

  /** Does what the page asks; what the end of the media server cuts off fails as refused, and is done anew in the next one. */
  async #inMedia<T>(work: (media: BrowserMediaSide) => Promise<T>): Promise<T> {
    const media = this.#media;
    if (media === undefined) {
      throw new FaultError(this.#joined && !this.#ended ? 'media-failed' : 'out-of-order');
    }
    try {
      return await work(media);
    } catch (error) {
      throw media === this.#media ? error : new FaultError('media-failed', { cause: error });
    }
  }

  /** The page may leave at any moment: what follows would be for nobody. */
  #checkThere(): void {
    if (this.#ended) {
      throw new FaultError('shutdown');
    }
  }

  #checkCurrent(media: BrowserMediaSide): void {
    this.#checkThere();
    if (media !== this.#media) {
      throw new FaultError('internal-error');
    }
  }

  #onEnded(reason: EndReason): void {
    this.#ended = true;
    clearTimeout(this.#following);
    this.#audio = undefined;
    this.#video = undefined;
    this.#ports = [];
    this.loseMedia();
    this.#conference.leave(this.#lesson, this, reason);
    this.#held?.release();
  }
}
