import type { VideoCodec } from '#codecs/media/description.ts';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { KeyFrameRequest } from '#codecs/rtcp/key-frame-ladder.ts';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { EncodedFrame, PacketisedPayload } from '#codecs/rtp/payload/video-payload.ts';
import type { Clock } from '../engine/clock.ts';
import type { LegDesired, LegFigures, MixFigures } from '../engine/protocol.ts';
import type { VideoRecord } from '../engine/resume-record.ts';
import { worstReport } from './far-report.ts';
import { ForwardSender } from './forward-sender.ts';
import { KeyFrameDoor } from './key-frame-door.ts';
import { LegStream } from './leg-stream.ts';
import type { LegTrace } from './leg-trace.ts';
import { pictureRate } from './receive-limit.ts';
import { type SendStream, sumOf } from './send-stream.ts';
import { isLoopback } from './transport-address.ts';
import { type VideoLeft, VideoNumbers } from './video-numbers.ts';
import { type PictureArrival, VideoReceiver } from './video-receiver.ts';
import { VideoSender } from './video-sender.ts';

type VideoDesired = NonNullable<LegDesired['video']>;

/** What a picture stream tells. */
export interface VideoStreamOutput {
  /** A compressed picture of the party, and its times. */
  frame(codec: VideoCodec['name'], frame: EncodedFrame, times: PictureArrival): void;
  /** A packet of the party in its place, for legs that send it on as it is. */
  packet(packet: RtpPacket, lostBefore: number): void;
  /** A receiver of what another leg sends wants a key frame of it. */
  sourceKeyFrameAsked(leg: string): void;
  /** A receiver of this rendition wants a key frame. */
  keyFrameAsked(rendition: string): void;
  /** The party must be asked for a key frame by signalling. */
  keyFrameWantedBySignalling(): void;
  /** Runs what a datagram brings about; does not throw. */
  guarded(work: () => void): void;
}

const NOTHING = { packets: 0, bytes: 0, lost: 0, jitter: 0 } as const;

/** The picture of a leg, both ways, over one RTP session. */
export class VideoStream extends LegStream {
  readonly #output: VideoStreamOutput;
  readonly #trace: LegTrace | undefined;
  /** Speaks for us where nothing is sent but RTCP. */
  readonly #spareSsrc: number;
  #media: NegotiatedVideo | undefined;
  #receiver: VideoReceiver | undefined;
  #senders: VideoSender[] = [];
  readonly #numbers: VideoNumbers;
  #forwards: ForwardSender[] = [];
  #firSequence = 0;
  #keyFramesGiven = 0;
  /** Only the media server beside us can send here. */
  readonly #isRelay: boolean;
  readonly #keyFrameDoor = new KeyFrameDoor();
  readonly #left: VideoLeft | undefined;

  /** `left`: the same stream as another engine left it. */
  constructor(
    desired: VideoDesired,
    cname: string,
    clock: Clock,
    output: VideoStreamOutput,
    trace?: LegTrace,
    left?: VideoLeft,
  ) {
    super({
      media: 'video',
      local: desired.local,
      cname,
      rate: pictureRate(0),
      clock,
      guarded: (work) => output.guarded(work),
      trace,
    });
    this.#output = output;
    this.#trace = trace;
    this.#left = left;
    this.#numbers = new VideoNumbers(left);
    this.#spareSsrc = left?.record.spareSsrc ?? 1 + Math.floor(Math.random() * 0xffff_fffe);
    this.#firSequence = left?.record.firSequence ?? 0;
    this.#isRelay = isLoopback(desired.local.address);
  }

  /** Takes what was negotiated. `host`: IP address that the party's signalling comes from. */
  update(desired: VideoDesired, host?: string): void {
    const { media } = desired;
    this.#media = media;
    if (media === undefined) {
      this.#senders = [];
      this.#forwards = [];
      return;
    }
    this.session.update(media, media.sendBitRate, pictureRate(media.sendBitRate), host);
    if (this.#receiver === undefined) {
      this.#receiver = new VideoReceiver(media, this.#receiverOutput());
      this.#resumeSession(this.#receiver);
    } else {
      this.#receiver.update(media);
    }
    const before = new Map(this.#senders.map((sender) => [`${sender.stream.ssrc} ${sender.rendition}`, sender]));
    const send = (packet: RtpPacket) => this.session.send(packet);
    const now = this.clock.now();
    this.#senders = desired.outputs.flatMap((output) => {
      if (!('rendition' in output)) {
        return [];
      }
      const known = before.get(`${output.ssrc} ${output.rendition}`);
      known?.update(media);
      return [known ?? new VideoSender(output.rendition, this.#numbers.of(output.ssrc, media, now), media, send)];
    });
    const forwarded = new Map(this.#forwards.map((forward) => [`${forward.stream.ssrc} ${forward.source}`, forward]));
    this.#forwards = desired.outputs.flatMap((output) => {
      if (!('source' in output)) {
        return [];
      }
      const known = forwarded.get(`${output.ssrc} ${output.source}`);
      known?.update(media);
      const left = this.#numbers.forward(output.ssrc, media, now);
      return [known ?? new ForwardSender(output, media, send, Math.random, left)];
    });
  }

  #resumeSession(receiver: VideoReceiver): void {
    if (this.#left === undefined) {
      return;
    }
    const { session, mediaSsrc } = this.#left.record;
    this.session.resume(session);
    if (mediaSsrc !== undefined) {
      receiver.expect(mediaSsrc, this.clock.now());
    }
  }

  /** What another engine must know. */
  get record(): VideoRecord {
    const mediaSsrc = this.#receiver?.mediaSsrc;
    return {
      session: this.session.record,
      spareSsrc: this.#spareSsrc,
      firSequence: this.#firSequence,
      ...(mediaSsrc === undefined ? {} : { mediaSsrc }),
      renditions: this.#numbers.records,
      forwards: this.#forwards.flatMap(({ record }) => record ?? []),
    };
  }

  /** Sends on a packet of another leg where this one carries it. */
  forward(source: string, packet: RtpPacket, lostBefore: number): void {
    for (const forward of this.#forwards) {
      if (forward.source === source) {
        forward.forward(packet, lostBefore, this.clock.now());
      }
    }
  }

  /** How pictures for this stream are packetised; undefined where none are sent. */
  get payloadFormat(): NegotiatedVideo['send'] | undefined {
    return this.#senders.length > 0 ? this.#media?.send : undefined;
  }

  /** Whether a rendition is sent here. */
  carries(rendition: string): boolean {
    return this.#senders.some((sender) => sender.rendition === rendition);
  }

  /** The renditions that are sent here. */
  get renditions(): readonly string[] {
    return this.#senders.map(({ rendition }) => rendition);
  }

  /** Sends a picture of a rendition, in payloads. */
  picture(rendition: string, payloads: readonly PacketisedPayload[], isKeyFrame: boolean, time: number): void {
    const now = this.clock.now();
    for (const sender of this.#senders) {
      if (sender.rendition !== rendition) {
        continue;
      }
      if (isKeyFrame) {
        this.#keyFramesGiven += 1;
        this.#trace?.keyFrameGiven(now);
      }
      const isFirst = !sender.begun;
      if (sender.picture(payloads, isKeyFrame, time, now)) {
        this.#output.keyFrameAsked(rendition);
      }
      if (isFirst && sender.begun) {
        // The clocks of a new source are told at once: mediasoup cannot change layers before, nor receivers play in step.
        this.report(now);
      }
    }
  }

  /** The decoder cannot go on without a key frame. */
  needKeyFrame(): void {
    this.#receiver?.needKeyFrame(this.clock.now());
  }

  /** The party asked for a key frame by signalling. */
  giveKeyFrame(): void {
    const now = this.clock.now();
    this.#trace?.keyFrameWanted('signalling', now);
    this.#onKeyFrameAsked(this.#ssrcs, now);
  }

  tick(now: number): void {
    if (this.#keyFrameDoor.due(now)) {
      this.#giveKeyFrame(this.#ssrcs);
    }
    for (const sender of this.#senders) {
      sender.tick(now);
    }
    this.#receiver?.tick(now, this.#senders[0]?.stream.roundTrip);
    if (this.#media !== undefined && this.session.reportDue(now)) {
      this.report(now);
    }
  }

  /** Whether any packet of a picture came. */
  get hasReceived(): boolean {
    return (this.#receiver?.statistics.counters.packets ?? 0) > 0;
  }

  /** What the stream itself knows. Waits for key frames are told once. */
  figures(): Omit<
    NonNullable<LegFigures['video']>,
    'decoded' | 'leftOut' | 'hold' | 'width' | 'height' | 'freezes' | 'targetBitRate' | keyof MixFigures
  > {
    const inbound = this.#receiver?.statistics;
    // Sources that are not sent now, as on hold, have sent all the same.
    const sources = [...this.#numbers.all, ...this.#forwards];
    return {
      in: { ...(inbound?.counters ?? NOTHING), jitter: inbound?.jitterMs ?? 0 },
      out: sumOf(sources.map(({ stream }) => stream.counters)),
      ...worstReport(this.streams),
      keyFramesAsked: this.#receiver?.keyFramesAsked ?? 0,
      keyFrameRequests: this.#receiver?.keyFrameLatency.asked ?? { pli: 0, fir: 0, signalling: 0 },
      keyFrameWaits: this.#receiver?.keyFrameLatency.take() ?? [],
      keyFramesGiven: this.#keyFramesGiven,
    };
  }

  protected get receiver(): VideoReceiver | undefined {
    return this.#receiver;
  }

  /** Reports and requests come from the first source that we send, so that the party sees one participant. */
  protected get ownSsrc(): number {
    return this.streams[0]?.ssrc ?? this.#spareSsrc;
  }

  protected get streams(): SendStream[] {
    return [...this.#senders, ...this.#forwards].map(({ stream }) => stream);
  }

  get #ssrcs(): number[] {
    return this.streams.map(({ ssrc }) => ssrc);
  }

  #receiverOutput(): ConstructorParameters<typeof VideoReceiver>[1] {
    return {
      frame: (codec, frame, times) => this.#output.frame(codec, frame, times),
      packet: (packet, lostBefore) => this.#output.packet(packet, lostBefore),
      nack: (mediaSsrc, sequenceNumbers) =>
        this.session.sendFeedback(
          [{ type: 'nack', senderSsrc: this.ownSsrc, mediaSsrc, sequenceNumbers }],
          this.ownSsrc,
          this.clock.now(),
        ),
      keyFrame: (request, mediaSsrc) => this.#askKeyFrame(request, mediaSsrc),
      keyFrameCame: (waited, now) => this.#trace?.keyFrameCame(waited, now),
    };
  }

  #askKeyFrame(request: KeyFrameRequest, mediaSsrc: number): void {
    const now = this.clock.now();
    const senderSsrc = this.ownSsrc;
    this.#trace?.keyFrameAsked(request, now);
    if (request === 'signalling') {
      this.#output.keyFrameWantedBySignalling();
    } else if (request === 'pli') {
      this.session.sendFeedback([{ type: 'pli', senderSsrc, mediaSsrc }], senderSsrc, now);
    } else {
      this.#firSequence = (this.#firSequence + 1) & 0xff;
      const entries = [{ ssrc: mediaSsrc, sequenceNumber: this.#firSequence }];
      this.session.sendFeedback([{ type: 'fir', senderSsrc, entries }], senderSsrc, now);
    }
  }

  protected override onFeedback(packet: RtcpPacket, now: number): void {
    switch (packet.type) {
      case 'nack':
        this.#senders.find(({ stream }) => stream.ssrc === packet.mediaSsrc)?.retransmit(packet.sequenceNumbers, now);
        break;
      case 'pli':
        this.#trace?.keyFrameWanted('pli', now);
        this.#onKeyFrameAsked([packet.mediaSsrc], now);
        break;
      case 'fir':
        this.#trace?.keyFrameWanted('fir', now);
        this.#onKeyFrameAsked(this.#keyFrameDoor.commands(packet.senderSsrc, packet.entries, now), now);
        break;
      default:
        break;
    }
  }

  /** The media server counts for itself who asks it; it is asked for several layers, by whoever joins. */
  #onKeyFrameAsked(ssrcs: readonly number[], now: number): void {
    if (ssrcs.length > 0 && (this.#isRelay || this.#keyFrameDoor.asks(now))) {
      this.#giveKeyFrame(ssrcs);
    }
  }

  /** Some rooms name a wrong source: with one output there is no doubt which is meant. */
  #giveKeyFrame(ssrcs: readonly number[]): void {
    for (const { source } of this.#forwards) {
      this.#output.sourceKeyFrameAsked(source);
    }
    const meant =
      this.#senders.length === 1 ? this.#senders : this.#senders.filter(({ stream }) => ssrcs.includes(stream.ssrc));
    for (const { rendition } of meant) {
      this.#output.keyFrameAsked(rendition);
    }
  }
}
