import { EventEmitter } from 'node:events';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';
import type { AudioCodec, VideoCodec } from '#codecs/media/description.ts';
import { sends } from '#codecs/media/direction.ts';
import type {
  LocalCapabilities,
  LocalTransport,
  NegotiatedAudio,
  NegotiatedMedia,
  NegotiatedVideo,
} from '#codecs/media/negotiated.ts';
import type { KeyFrameRequest } from '#codecs/rtcp/key-frame-ladder.ts';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import { ReportClock } from '#codecs/rtcp/report-clock.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { newPacketiser } from '#codecs/rtp/payload/new-packetiser.ts';
import { TelephoneEventReader } from '#codecs/rtp/payload/telephone-event.ts';
import type { VideoPacketiser } from '#codecs/rtp/payload/video-payload.ts';
import type { Sound } from '../media/tone.ts';
import { beginBeat } from './beat.ts';
import { hostCapabilities } from './host-capabilities.ts';
import { Performance, TICK } from './performance.ts';
import { codecOf, formatOf, type PictureFormat } from './picture-format.ts';
import type { PictureLoop } from './picture-loop.ts';
import { PictureReceiver, type SeenPicture } from './picture-receiver.ts';
import { RtpStream } from './rtp-stream.ts';
import type { SoundLoop } from './sound-loop.ts';
import { type HeardSound, SoundReceiver } from './sound-receiver.ts';

/** What a simulated host sends, and what it does with what it is sent. */
export interface HostMediaOptions {
  /** Address to bind. */
  readonly address: string;
  /** RTCP canonical name. */
  readonly cname: string;
  /** What the host's camera sees: a loop for each format that it can send and take, the one that it likes best first. */
  readonly pictures: readonly PictureLoop[];
  /** What its microphone hears: a loop for each codec, the one that it likes best first. */
  readonly sounds: readonly SoundLoop[];
  /** Whether pictures that come are decoded; default true. A host that is only there to be seen costs less. */
  readonly watches?: boolean;
  /** bit/s of picture that the host takes; default 2 000 000. */
  readonly videoBitRate?: number;
  /** level_idc of the H.264 that it takes; default 31. */
  readonly level?: number;
  /** How it asks for key frames: by RTCP (default), or by its signalling, which hears of it by `key-frame-wanted`. */
  readonly keyFramesBy?: 'rtcp' | 'signalling';
}

/** A picture that was sent. */
export interface SentPicture {
  readonly host: number;
  readonly frame: number;
  /** When its first packet was handed to the network, ms of `performance.now()`. */
  readonly at: number;
}

interface HostMediaEvents {
  /** A picture was decoded. */
  picture: [picture: SeenPicture];
  /** A packet of sound came. */
  sound: [sound: HeardSound];
  sent: [picture: SentPicture];
  /** A digit came as an RFC 4733 event. */
  digit: [digit: string];
  /** A key frame of the far side is to be asked for by signalling. */
  'key-frame-wanted': [];
}

/** Octets of RTP payload. */
const MAXIMUM_PAYLOAD = 1200;
const VIDEO_CLOCK = 90_000;

/**
 * The media side of a host: plays its loops to the far side, decodes what comes back. It listens from the moment that it is
 * opened, as who offers must (RFC 3264 §5.1), and sends from the first `use` on: a picture at the moment that its camera took
 * it, sound as microphones give it, when its 20 ms are over.
 */
export class HostMedia extends EventEmitter<HostMediaEvents> {
  readonly capabilities: LocalCapabilities;
  readonly performance = new Performance();
  /** What went wrong in decoding; empty in a good run. */
  readonly faults: unknown[] = [];
  readonly #options: HostMediaOptions;
  readonly #audioTypes = new Map<number, AudioCodec>();
  readonly #videoTypes = new Map<number, VideoCodec>();
  readonly #events = new TelephoneEventReader();
  #streams: { readonly audio: RtpStream; readonly video: RtpStream } | undefined;
  #clocks = { audio: new ReportClock(48_000), video: new ReportClock(VIDEO_CLOCK) };
  #sound: SoundReceiver | undefined;
  #pictures: PictureReceiver | undefined;
  #audio: NegotiatedAudio | undefined;
  #video: NegotiatedVideo | undefined;
  #format: { readonly loop: PictureLoop; readonly packetiser: VideoPacketiser } | undefined;
  #recorded: Buffer | undefined;
  #isTalking = false;
  #firSequence = 0;
  #keyFramesAsked = 0;
  #endBeat: (() => void) | undefined;

  private constructor(options: HostMediaOptions) {
    super();
    this.#options = options;
    this.capabilities = hostCapabilities(
      options.sounds.map(({ codec }) => codec),
      options.pictures.map(formatOfLoop),
      {
        videoBitRate: options.videoBitRate ?? 2_000_000,
        ...(options.level === undefined ? {} : { level: options.level }),
      },
    );
  }

  /** Opens sockets and decoders. Rejects with the system's error or CodecFault. */
  static async open(options: HostMediaOptions): Promise<HostMedia> {
    const media = new HostMedia(options);
    await media.#open();
    return media;
  }

  /** Both streams. @throws Error when they are closed */
  get streams(): { readonly audio: RtpStream; readonly video: RtpStream } {
    if (this.#streams === undefined) {
      throw new Error('the media of this host are closed');
    }
    return this.#streams;
  }

  /** Where the streams are received. */
  get transport(): LocalTransport {
    const { audio, video } = this.streams;
    return { audio: audio.local, main: video.local };
  }

  /** What was negotiated last. */
  get negotiated(): { readonly audio: NegotiatedAudio | undefined; readonly video: NegotiatedVideo | undefined } {
    return { audio: this.#audio, video: this.#video };
  }

  /** The far side's clocks, by its sender reports. */
  get clocks(): { readonly audio: ReportClock; readonly video: ReportClock } {
    return this.#clocks;
  }

  /** Key frames sent so far. */
  get keyFramesSent(): number {
    return this.performance.keyFrames;
  }

  /** Key frames that the far side asked for so far. */
  get keyFramesAsked(): number {
    return this.#keyFramesAsked;
  }

  /** Key frames that came so far. */
  get keyFramesReceived(): number {
    return this.#pictures?.keyFrames ?? 0;
  }

  /** Sources of pictures that were listened to so far. */
  get pictureSources(): number {
    return this.#pictures?.sources ?? 0;
  }

  /** What was heard in the last two seconds. */
  get heard(): Sound {
    return this.#sound?.heard ?? { samples: new Float32Array(0), sampleRate: 48_000 };
  }

  /** Packets and octets that came so far. */
  get received(): { readonly audio: RtpStream['received']; readonly video: RtpStream['received'] } {
    const nothing = { packets: 0, bytes: 0, lost: 0 };
    return { audio: this.#streams?.audio.received ?? nothing, video: this.#streams?.video.received ?? nothing };
  }

  /** Sends and takes what was negotiated: the first time, and whenever it was negotiated anew. */
  use(media: NegotiatedMedia): void {
    const { audio: audioStream, video: videoStream } = this.streams;
    const audio = media.streams.find((stream) => stream.kind === 'audio');
    const video = media.streams.find((stream) => stream.kind !== 'audio');
    this.#audio = audio;
    this.#video = video;
    if (audio !== undefined) {
      setAll(this.#audioTypes, audio.receive);
      audioStream.setClockRate(audio.send.clockRate);
      this.#clocks = { ...this.#clocks, audio: new ReportClock(audio.send.clockRate) };
      audioStream.connect(audio);
    }
    if (video !== undefined) {
      setAll(this.#videoTypes, video.receive);
      videoStream.connect(video);
    }
    const loop = video && this.#options.pictures.find((candidate) => formatOfLoop(candidate) === formatOf(video.send));
    const sound = audio && this.#options.sounds.find(({ codec }) => codec === audio.send.name);
    if (loop !== this.#format?.loop) {
      this.#format = loop && { loop, packetiser: newPacketiser(video.send, MAXIMUM_PAYLOAD, 0) };
    }
    this.performance.use(loop, sound);
    this.#recorded = undefined;
    this.#endBeat ??= beginBeat(TICK, (due) => this.#tick(due));
  }

  /** The far side asks for a key frame: the next picture is one. */
  giveKeyFrame(): void {
    this.#keyFramesAsked += 1;
    this.performance.giveKeyFrame();
  }

  /** Resolves to the first picture from now on that is wanted; undefined when none came within `timeout` ms. */
  waitForPicture(isWanted: (picture: SeenPicture) => boolean, timeout: number): Promise<SeenPicture | undefined> {
    return new Promise((resolve) => {
      const finish = (picture: SeenPicture | undefined): void => {
        clearTimeout(timer);
        this.off('picture', look);
        resolve(picture);
      };
      const look = (picture: SeenPicture): void => {
        if (isWanted(picture)) {
          finish(picture);
        }
      };
      const timer = setTimeout(() => finish(undefined), timeout);
      this.on('picture', look);
    });
  }

  /** Frees everything; says goodbye before unless told to vanish. */
  async close(goodbye = true): Promise<void> {
    this.#endBeat?.();
    this.#streams?.audio.close(goodbye);
    this.#streams?.video.close(goodbye);
    this.#streams = undefined;
    const [sound, pictures] = [this.#sound, this.#pictures];
    this.#sound = undefined;
    this.#pictures = undefined;
    sound?.close();
    await pictures?.close();
  }

  async #open(): Promise<void> {
    const { address, cname, sounds, pictures, watches = true } = this.#options;
    setAll(this.#audioTypes, this.capabilities.audio.filter(isSound));
    setAll(this.#videoTypes, this.capabilities.video);
    this.#sound = await SoundReceiver.open(
      sounds.map(({ codec }) => codec),
      (sound) => this.emit('sound', sound),
    );
    this.#pictures = watches ? await this.#openPictures(pictures.map(formatOfLoop)) : undefined;
    const audio = await RtpStream.open(
      { address, cname, clockRate: this.capabilities.audio[0]?.clockRate ?? 8000 },
      { rtp: (packet, now) => this.#onSound(packet, now), rtcp: (packet) => this.#onReport('audio', packet) },
    );
    const video = await RtpStream.open(
      { address, cname, clockRate: VIDEO_CLOCK },
      { rtp: (packet, now) => this.#onPicture(packet, now), rtcp: (packet) => this.#onVideoFeedback(packet) },
    );
    this.#streams = { audio, video };
  }

  #openPictures(formats: readonly PictureFormat[]): Promise<PictureReceiver> {
    const isBySignalling = this.#options.keyFramesBy === 'signalling';
    const ways = { pli: !isBySignalling, fir: !isBySignalling, info: isBySignalling };
    return PictureReceiver.open([...new Set(formats.map(codecOf))], ways, {
      seen: (picture) => this.emit('picture', picture),
      keyFrame: (request, mediaSsrc) => {
        if (isBySignalling) {
          this.emit('key-frame-wanted');
        } else {
          this.#askByRtcp(request, mediaSsrc);
        }
      },
      fault: (error) => this.faults.push(error),
    });
  }

  #askByRtcp(request: KeyFrameRequest, mediaSsrc: number): void {
    const video = this.#streams?.video;
    const senderSsrc = video?.ssrc ?? 0;
    if (request === 'pli') {
      video?.sendFeedback([{ type: 'pli', senderSsrc, mediaSsrc }]);
      return;
    }
    this.#firSequence = (this.#firSequence + 1) & 0xff;
    const entries = [{ ssrc: mediaSsrc, sequenceNumber: this.#firSequence }];
    video?.sendFeedback([{ type: 'fir', senderSsrc, entries }]);
  }

  #onSound(packet: RtpPacket, now: number): void {
    const codec = this.#audioTypes.get(packet.payloadType);
    if (codec !== undefined) {
      this.#sound?.push(packet, codec.name, now);
      return;
    }
    const digit =
      packet.payloadType === this.#audio?.telephoneEvent?.receive.payloadType ? this.#events.push(packet) : undefined;
    if (digit !== undefined) {
      this.emit('digit', digit);
    }
  }

  #onPicture(packet: RtpPacket, now: number): void {
    const codec = this.#videoTypes.get(packet.payloadType);
    if (codec !== undefined) {
      this.#pictures?.push(packet, codec.name, now);
    }
  }

  #onReport(kind: 'audio' | 'video', packet: RtcpPacket): void {
    if (packet.type === 'sender-report') {
      this.#clocks[kind].report(packet);
    }
  }

  #onVideoFeedback(packet: RtcpPacket): void {
    this.#onReport('video', packet);
    const ssrc = this.#streams?.video.ssrc;
    const isForUs =
      (packet.type === 'pli' && packet.mediaSsrc === ssrc) ||
      (packet.type === 'fir' && packet.entries.some((entry) => entry.ssrc === ssrc));
    if (isForUs) {
      this.giveKeyFrame();
    }
  }

  #tick(due: number): void {
    const { picture, sound } = this.performance.next();
    if (picture !== undefined) {
      this.#sendPicture(picture, due);
    }
    this.#sendSound(this.#recorded, due - TICK);
    this.#recorded = sound;
    this.#streams?.audio.tick(performance.now());
    this.#streams?.video.tick(performance.now());
    this.#pictures?.tick(performance.now());
  }

  #sendPicture({ data, frame }: { readonly data: Buffer; readonly frame: number }, takenAt: number): void {
    const video = this.#video;
    if (video === undefined || this.#format === undefined || !sends(video.direction)) {
      return;
    }
    const { loop, packetiser } = this.#format;
    this.emit('sent', { host: loop.settings.host, frame, at: performance.now() });
    for (const { payload, marker } of packetiser.packetise(data)) {
      this.#streams?.video.send({ payloadType: video.send.payloadType, marker, payload, takenAt });
    }
  }

  #sendSound(payload: Buffer | undefined, takenAt: number): void {
    const audio = this.#audio;
    if (audio === undefined || payload === undefined || !sends(audio.direction)) {
      this.#isTalking = false;
      return;
    }
    const marker = !this.#isTalking;
    this.#isTalking = true;
    this.#streams?.audio.send({ payloadType: audio.send.payloadType, marker, payload, takenAt });
  }
}

function formatOfLoop({ settings }: PictureLoop): PictureFormat {
  return settings.format ?? 'H264/1';
}

function isSound(codec: LocalCapabilities['audio'][number]): codec is AudioCodec & { readonly name: SoundCodec } {
  return codec.name !== 'telephone-event';
}

function setAll<C extends { readonly payloadType: number }>(map: Map<number, C>, codecs: readonly C[]): void {
  for (const codec of codecs) {
    map.set(codec.payloadType, codec);
  }
}
