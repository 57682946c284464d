import { EventEmitter } from 'node:events';
import type { LocalCapabilities, LocalTransport, NegotiatedMedia } from '#codecs/media/negotiated.ts';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import { timestampStep } from '#codecs/rtp/payload/audio.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import type { Sound } from '../media/tone.ts';
import { beginBeat } from './beat.ts';
import { hostCapabilities } from './host-capabilities.ts';
import { type PictureLoop, PicturePlayer } from './picture-loop.ts';
import { PictureReceiver, type SeenPicture } from './picture-receiver.ts';
import { RtpStream } from './rtp-stream.ts';
import type { SoundLoop } from './sound-loop.ts';
import { SoundReceiver } from './sound-receiver.ts';

export interface HostMediaOptions {
  /** Address to bind. */
  readonly address: string;
  /** RTCP canonical name. */
  readonly cname: string;
  /** What the host's camera sees. */
  readonly picture: PictureLoop;
  /** What its microphone hears. */
  readonly sound: SoundLoop;
  /** Whether pictures that come are decoded; default true. A host that is only there to be seen costs less. */
  readonly watches?: boolean;
  /** bit/s of picture that the host takes; default 2 000 000. */
  readonly videoBitRate?: number;
}

/** ms of a tick: a payload of sound. */
const TICK = 20;
const VIDEO_CLOCK = 90_000;
const MAXIMUM_PAYLOAD = 1200;

/**
 * The media side of a host: plays its loops to the far side, decodes what comes back. It listens from the moment that it is
 * opened, as who offers must (RFC 3264 §5.1), and sends from `start` on. Emits every picture that it has decoded.
 */
export class HostMedia extends EventEmitter<{ picture: [picture: SeenPicture] }> {
  readonly capabilities: LocalCapabilities;
  /** What went wrong in decoding; empty in a good run. */
  readonly faults: unknown[] = [];
  readonly #options: HostMediaOptions;
  readonly #player: PicturePlayer;
  readonly #packetiser = new H264Packetiser({ packetizationMode: 1, maximumPayload: MAXIMUM_PAYLOAD });
  #audio: RtpStream | undefined;
  #video: RtpStream | undefined;
  #sound: SoundReceiver | undefined;
  #pictures: PictureReceiver | undefined;
  #firSequence = 0;
  #keyFramesAsked = 0;
  #endBeat = (): void => undefined;

  private constructor(options: HostMediaOptions) {
    super();
    this.#options = options;
    this.#player = new PicturePlayer(options.picture);
    this.capabilities = hostCapabilities(options.sound.codec, options.videoBitRate ?? 2_000_000);
  }

  /** Opens sockets and decoders. Rejects with the system's error or CodecFault. */
  static async open(options: HostMediaOptions): Promise<HostMedia> {
    const media = new HostMedia(options);
    await media.#open();
    return media;
  }

  /** Where the streams are received. */
  get transport(): LocalTransport {
    if (this.#audio === undefined || this.#video === undefined) {
      throw new Error('the media of this host are closed');
    }
    return { audio: this.#audio.local, main: this.#video.local };
  }

  /** Key frames sent so far. */
  get keyFramesSent(): number {
    return this.#player.keyFrames;
  }

  /** Key frames that the far side asked for so far. */
  get keyFramesAsked(): number {
    return this.#keyFramesAsked;
  }

  /** What was heard in the last two seconds. */
  get heard(): Sound {
    return this.#sound?.heard ?? { samples: new Float32Array(0), sampleRate: 48_000 };
  }

  /** Packets and octets that came so far. */
  get received(): { readonly audio: RtpStream['received']; readonly video: RtpStream['received'] } {
    const nothing = { packets: 0, bytes: 0, lost: 0 };
    return { audio: this.#audio?.received ?? nothing, video: this.#video?.received ?? nothing };
  }

  /** Begins to send what was negotiated: the first picture, a key frame, leaves at once. To be called once. */
  start(media: NegotiatedMedia): void {
    const audio = media.streams.find((stream) => stream.kind === 'audio');
    const video = media.streams.find((stream) => stream.kind === 'main');
    if (audio !== undefined) {
      this.#audio?.connect(audio);
    }
    if (video !== undefined) {
      this.#video?.connect(video);
    }
    const { frameRate } = this.#options.picture.settings;
    const ticksPerPicture = Math.max(1, Math.round(1000 / TICK / frameRate));
    this.#endBeat = beginBeat(TICK, (count, now) => {
      if (video !== undefined && count % ticksPerPicture === 0) {
        this.#sendPicture(video.send.payloadType, (count * TICK * VIDEO_CLOCK) / 1000, now);
      }
      if (audio !== undefined) {
        this.#sendSound(audio.send.payloadType, count, now);
      }
      this.#audio?.tick(now);
      this.#video?.tick(now);
      this.#pictures?.tick(now);
    });
  }

  /** The far side asks for a key frame: the next picture is one. */
  giveKeyFrame(): void {
    this.#keyFramesAsked += 1;
    this.#player.giveKeyFrame();
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

  /** Says goodbye and frees everything. */
  async close(): Promise<void> {
    this.#endBeat();
    this.#audio?.close();
    this.#video?.close();
    this.#sound?.close();
    await this.#pictures?.close();
    this.#audio = undefined;
    this.#video = undefined;
    this.#sound = undefined;
    this.#pictures = undefined;
  }

  async #open(): Promise<void> {
    const { address, cname, sound, watches = true } = this.#options;
    const { audio, video } = this.capabilities;
    const audioTypes = new Set(audio.map(({ payloadType }) => payloadType));
    const videoTypes = new Set(video.map(({ payloadType }) => payloadType));
    this.#sound = await SoundReceiver.open(sound.codec);
    this.#pictures = watches ? await this.#openPictures() : undefined;
    this.#audio = await RtpStream.open(
      { address, cname, clockRate: audio[0]?.clockRate ?? 8000 },
      {
        rtp: (packet) => (audioTypes.has(packet.payloadType) ? this.#sound?.push(packet) : undefined),
        rtcp: () => undefined,
      },
    );
    this.#video = await RtpStream.open(
      { address, cname, clockRate: VIDEO_CLOCK },
      {
        rtp: (packet, now) => (videoTypes.has(packet.payloadType) ? this.#pictures?.push(packet, now) : undefined),
        rtcp: (packet) => this.#onVideoFeedback(packet),
      },
    );
  }

  #openPictures(): Promise<PictureReceiver> {
    return PictureReceiver.open({
      seen: (picture) => this.emit('picture', picture),
      keyFrame: (request, mediaSsrc) => {
        const senderSsrc = this.#video?.ssrc ?? 0;
        if (request === 'pli') {
          this.#video?.sendFeedback([{ type: 'pli', senderSsrc, mediaSsrc }]);
          return;
        }
        this.#firSequence = (this.#firSequence + 1) & 0xff;
        const entries = [{ ssrc: mediaSsrc, sequenceNumber: this.#firSequence }];
        this.#video?.sendFeedback([{ type: 'fir', senderSsrc, entries }]);
      },
      fault: (error) => this.faults.push(error),
    });
  }

  #onVideoFeedback(packet: RtcpPacket): void {
    const ssrc = this.#video?.ssrc;
    const isForUs =
      (packet.type === 'pli' && packet.mediaSsrc === ssrc) ||
      (packet.type === 'fir' && packet.entries.some((entry) => entry.ssrc === ssrc));
    if (isForUs) {
      this.giveKeyFrame();
    }
  }

  #sendPicture(payloadType: number, elapsed: number, now: number): void {
    for (const { payload, marker } of this.#packetiser.packetise(this.#player.next())) {
      this.#video?.send({ payloadType, marker, payload, elapsed }, now);
    }
  }

  #sendSound(payloadType: number, count: number, now: number): void {
    const { codec, payloads } = this.#options.sound;
    const payload = payloads[count % payloads.length];
    if (payload !== undefined) {
      const elapsed = count * timestampStep(codec, TICK);
      this.#audio?.send({ payloadType, marker: count === 0, payload, elapsed }, now);
    }
  }
}
