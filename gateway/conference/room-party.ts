import { randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Producer } from 'mediasoup/types';
import { acceptAnswer } from '#codecs/media/accept-answer.ts';
import { createOffer } from '#codecs/media/create-offer.ts';
import type { MediaDescription } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { LocalTransport, NegotiatedMedia } from '#codecs/media/negotiated.ts';
import type { CallDirection, EndReason, MediaExchange } from '#signaling/call/call.ts';
import type { RoomCall } from '#signaling/call/room-call.ts';
import type { Replaces } from '#signaling/sip/application/replaces.ts';
import { SipCall } from '#signaling/sip/application/sip-call.ts';
import type { BrowserSide } from './browser-side.ts';
import type { Conference } from './conference.ts';
import { type HeldPorts, PORT_TRIES } from './leg-ports.ts';
import type { Lesson } from './lesson.ts';
import type { LegPlan, Party } from './party.ts';
import { PictureLimit } from './picture-limit.ts';
import { randomSsrc } from './ssrc.ts';

/** A room in a lesson, by SIP or H.323. */
export class RoomParty implements Party {
  readonly protocol: 'sip' | 'h323';
  readonly id: string;
  readonly name: string;
  readonly #call: RoomCall;
  readonly #conference: Conference;
  readonly #lesson: Lesson;
  readonly #ssrc = { audio: randomSsrc(), video: randomSsrc() };
  readonly #origin = { sessionId: String(randomInt(1, 2 ** 47)), version: '1' };
  #previous: MediaDescription | undefined;
  #ports: HeldPorts | undefined;
  #media: NegotiatedMedia = { streams: [] };
  readonly #limit: PictureLimit;
  #ended = false;

  /** For `Conference.enter`, which puts it into the lesson; `join` answers its call. */
  constructor(call: RoomCall, conference: Conference, lesson: Lesson) {
    this.id = call.id;
    this.protocol = call.protocol;
    this.name = call.remoteName;
    this.#call = call;
    this.#conference = conference;
    this.#lesson = lesson;
    call.on('ended', (reason) => this.#onEnded(reason));
    call.on('media', (exchange) => this.#exchange(exchange));
    call.on('keyframe-request', () => conference.giveKeyFrame(this));
    call.on('dtmf', (digit) => conference.digit(this, digit, 'info'));
    this.#limit = new PictureLimit(() => this.#limitChanged());
    call.on('bitrate-request', (bitRate) => this.#limit.ask(bitRate, performance.now()));
  }

  get direction(): CallDirection {
    return this.#call.direction;
  }

  /** Whether this is who calls now, over all of his calls: address of record, and where his packets come from. */
  isSameAs(caller: Pick<RoomCall, 'remoteUri' | 'remoteAddress'>): boolean {
    return this.#call.remoteUri === caller.remoteUri && this.#call.remoteAddress === caller.remoteAddress;
  }

  /** Whether anything should come from him: a party on hold may be silent. */
  get expectsMedia(): boolean {
    // Who only listens sends RTCP at least: else media could be aimed at anybody.
    return this.#media.streams.some(({ direction }) => direction !== 'inactive');
  }

  /** Whether he sends as well as receives, as rooms do. */
  get isTwoWay(): boolean {
    return this.#media.streams.some(({ direction }) => direction === 'sendrecv');
  }

  /** Whether his room still knows of the call. */
  probe(): Promise<boolean> {
    return this.#call.probe();
  }

  /** The newest of his media came `ago` ms ago. */
  mediaHeard(ago: number): void {
    this.#call.mediaHeard?.(ago);
  }

  /** The call is over, whoever ended it. */
  get ended(): boolean {
    return this.#ended;
  }

  get plan(): LegPlan | undefined {
    const [audioPort, videoPort] = this.#ports?.numbers ?? [];
    if (audioPort === undefined || videoPort === undefined) {
      return undefined;
    }
    const address = isIPv6(this.#call.localAddress) ? '::' : '0.0.0.0';
    const audio = this.#media.streams.find((stream) => stream.kind === 'audio');
    const video = this.#limit.applyTo(this.#media.streams.find((stream) => stream.kind !== 'audio'));
    return {
      audio: { address, port: audioPort, ssrc: this.#ssrc.audio, media: audio },
      video: { address, port: videoPort, ssrc: this.#ssrc.video, media: video },
      receivesView: true,
      cameraOff: video === undefined || video.direction === 'sendonly' || video.direction === 'inactive',
      ...(this.#call.remoteAddress === '' ? {} : { host: this.#call.remoteAddress }),
    };
  }

  get sends(): { readonly audio: boolean; readonly video: boolean } {
    const receives = (kind: 'audio' | 'main') =>
      this.#media.streams.some((stream) => stream.kind === kind && ['sendrecv', 'recvonly'].includes(stream.direction));
    return { audio: receives('audio'), video: receives('main') };
  }

  /** Holds ports and answers the INVITE. Resolves when the room has acknowledged, or its call has ended. */
  async join(): Promise<void> {
    this.#ports = await this.#conference.holdPorts(this, 2, (numbers) => {
      this.#ports = { numbers, release: () => undefined };
    });
    if (this.#ports === undefined) {
      this.#call.end('capacity');
      return;
    }
    if (this.#ended) {
      this.#ports.release();
      this.#ports = undefined;
      return;
    }
    await this.#call.prepare();
    await this.#complete(this.#call.invitation);
  }

  async ownPicture(side: BrowserSide): Promise<Producer | undefined> {
    const codec = this.#pictureCodec();
    if (codec === undefined) {
      side.stopForwarding(this.id);
      return undefined;
    }
    for (let attempt = 0; attempt < PORT_TRIES; attempt++) {
      const isNew = !side.forwarded.some(({ source }) => source === this.id);
      const { producer, leg } = await side.forward(this.id, codec);
      if (!isNew || !(await this.#conference.commit()).includes(leg)) {
        return producer;
      }
      // Another program holds the port: the next one that is handed out is another.
      side.stopForwarding(this.id);
    }
    throw new Error('other programs hold the ports to send a picture on');
  }

  /** Whether a Replaces header names his call. */
  isNamedBy(replaces: Replaces): boolean {
    return this.#call instanceof SipCall && this.#call.isNamedBy(replaces);
  }

  lessonChanged(): void {
    // A room sees the change in its picture; one of H.323 may show names, too.
    const { terminals } = this.#lesson;
    const own = terminals.find(({ id }) => id === this.id);
    if (own !== undefined) {
      this.#call.showTerminals?.({ own: own.number, terminals });
    }
  }

  requestKeyFrame(): void {
    this.#call.requestKeyFrame();
  }

  end(reason: EndReason): void {
    this.#call.end(reason);
  }

  #exchange(exchange: MediaExchange): void {
    let isAnswered = false;
    const complete: MediaExchange['complete'] = (description) => {
      isAnswered = true;
      return exchange.complete(description);
    };
    this.#complete({ ...exchange, complete }).catch((error: unknown) => {
      if (this.#ended) {
        return;
      }
      this.#conference.log.warn({ event: 'exchange-failed', call: this.id, err: error }, 'a re-INVITE came to nothing');
      if (!isAnswered) {
        exchange.refuse('internal-error');
      }
    });
  }

  async #complete(exchange: MediaExchange): Promise<void> {
    if (exchange.offer === undefined) {
      await this.#offer(exchange);
      return;
    }
    const result = negotiate(exchange.offer, this.#conference.capabilities, this.#transport(), this.#session());
    this.#conference.recorder.negotiated(this.id, {
      offerer: 'peer',
      offer: exchange.offer,
      answer: 'failure' in result ? undefined : result.answer,
      capabilities: this.#conference.capabilities,
      media: 'failure' in result ? { streams: [] } : result.media,
    });
    if ('failure' in result) {
      exchange.refuse(result.failure);
      return;
    }
    this.#previous = result.answer;
    await this.#use(result.media);
    await exchange.complete(result.answer);
  }

  /** The room wants our offer (INVITE without SDP): its answer comes with the ACK. */
  async #offer(exchange: MediaExchange): Promise<void> {
    const offer = createOffer(this.#conference.capabilities, this.#transport(), this.#session());
    this.#previous = offer;
    const answer = await exchange.complete(offer);
    const result = answer === undefined ? undefined : acceptAnswer(offer, answer, this.#conference.capabilities);
    this.#conference.recorder.negotiated(this.id, {
      offerer: 'us',
      offer,
      answer,
      capabilities: this.#conference.capabilities,
      media: result === undefined || 'failure' in result ? { streams: [] } : result.media,
    });
    if (result === undefined || 'failure' in result) {
      this.#call.end('no-common-media');
      return;
    }
    await this.#use(result.media);
  }

  async #use(media: NegotiatedMedia): Promise<void> {
    const [before, codec] = [this.#media, this.#pictureCodec()];
    this.#media = media;
    if (this.#pictureCodec() !== codec) {
      this.#lesson.browserSide?.stopForwarding(this.id);
    }
    try {
      await this.#conference.commit();
    } catch (error) {
      // The room will hear that nothing came of it.
      this.#media = this.#ended ? { streams: [] } : before;
      throw error;
    }
    this.#lesson.announce();
  }

  #limitChanged(): void {
    if (this.#ended) {
      return;
    }
    this.#conference.recorder.note(
      this.id,
      `asks for ${Math.round(this.#limit.bitRate / 1000)} kbit/s of picture at the most`,
    );
    this.#conference.commit().catch((error: unknown) => {
      this.#conference.log.warn(
        { event: 'limit-failed', call: this.id, err: error },
        'a bit rate could not be limited',
      );
    });
  }

  /** Codec of the pictures that the room sends; undefined where it sends none, or none that browsers decode. */
  #pictureCodec(): 'H264' | 'VP8' | undefined {
    const video = this.#media.streams.find((stream) => stream.kind !== 'audio');
    const name = this.sends.video ? video?.receive[0]?.name : undefined;
    return name === 'H264' || name === 'VP8' ? name : undefined;
  }

  #transport(): LocalTransport {
    const [audioPort = 0, videoPort = 0] = this.#ports?.numbers ?? [];
    const address = this.#call.localAddress;
    return { audio: { address, port: audioPort }, main: { address, port: videoPort } };
  }

  #session(): Parameters<typeof createOffer>[2] {
    return { origin: this.#origin, ...(this.#previous === undefined ? {} : { previous: this.#previous }) };
  }

  #onEnded(reason: EndReason): void {
    this.#ended = true;
    this.#media = { streams: [] };
    this.#lesson.browserSide?.stopForwarding(this.id);
    const ports = this.#ports;
    this.#ports = undefined;
    this.#conference.leave(this.#lesson, this, reason);
    ports?.release();
  }
}
