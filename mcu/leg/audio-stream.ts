import type { NegotiatedAudio } from '#codecs/media/negotiated.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { Clock } from '../engine/clock.ts';
import type { LegDesired, LegFigures } from '../engine/protocol.ts';
import type { AudioRecord } from '../engine/resume-record.ts';
import type { SoundParty } from '../sound/sound-mixer.ts';
import { AudioReceiver, type AudioReceiverOutput } from './audio-receiver.ts';
import { AudioSender } from './audio-sender.ts';
import { worstReport } from './far-report.ts';
import { LegStream } from './leg-stream.ts';
import type { LegTrace } from './leg-trace.ts';
import { SOUND_RATE } from './receive-limit.ts';
import type { SendStream } from './send-stream.ts';

type AudioDesired = NonNullable<LegDesired['audio']>;

/** bit/s that RTCP's share is counted from. */
const BANDWIDTH = 64_000;

/** What a sound stream tells. */
export interface AudioStreamOutput extends AudioReceiverOutput {
  /** Runs what a datagram brings about; does not throw. */
  guarded(work: () => void): void;
}

/** The sound of a leg, both ways, over one RTP session. */
export class AudioStream extends LegStream {
  readonly #output: AudioReceiverOutput;
  readonly #ssrc: number;
  #media: NegotiatedAudio | undefined;
  #receiver: AudioReceiver | undefined;
  #sender: AudioSender | undefined;
  #resumed: AudioRecord | undefined;

  /** `resumed`: the same stream in another engine. */
  constructor(
    desired: AudioDesired,
    cname: string,
    clock: Clock,
    output: AudioStreamOutput,
    trace?: LegTrace,
    resumed?: AudioRecord,
  ) {
    super({
      media: 'audio',
      local: desired.local,
      cname,
      rate: SOUND_RATE,
      clock,
      guarded: (work) => output.guarded(work),
      trace,
    });
    this.#resumed = resumed;
    this.#ssrc = desired.ssrc;
    this.#output = output;
  }

  /** Takes what was negotiated. `host`: IP address that the party's signalling comes from. */
  update(desired: AudioDesired, host?: string): void {
    const { media } = desired;
    this.#media = media;
    if (media === undefined) {
      return;
    }
    this.session.update(media, BANDWIDTH, SOUND_RATE, host);
    if (this.#receiver === undefined) {
      this.#receiver = new AudioReceiver(media, this.#output);
    } else {
      this.#receiver.update(media);
    }
    // Another codec is another clock: the source begins anew with the same identifier.
    if (this.#sender === undefined || this.#sender.media.send.clockRate !== media.send.clockRate) {
      const send = (packet: RtpPacket) => this.session.send(packet);
      const now = this.clock.now();
      this.#sender = new AudioSender(this.#ssrc, media, send, Math.random, this.#resumed?.sent, now);
    } else {
      this.#sender.update(media);
    }
    if (this.#resumed !== undefined) {
      this.session.resume(this.#resumed.session);
      this.#resumed = undefined;
    }
  }

  /** What another engine must know. */
  get record(): AudioRecord {
    const sent = this.#sender?.record;
    return { session: this.session.record, ...(sent === undefined ? {} : { sent }) };
  }

  /** How the mixer sees the stream. */
  party(leg: string, lesson: string): SoundParty {
    const direction = this.#media?.direction;
    const receiver = this.#receiver;
    const sender = this.#sender;
    const receives = direction === 'sendrecv' || direction === 'recvonly';
    const sends = direction === 'sendrecv' || direction === 'sendonly';
    return {
      leg,
      lesson,
      pull: receives && receiver !== undefined ? (count, now) => receiver.pull(count, now) : undefined,
      listen:
        sends && sender !== undefined
          ? { codec: sender.media.send.name, deliver: (payload, now) => sender.tick(payload, now) }
          : undefined,
    };
  }

  /** How long the party's sound waits to be mixed, ms at `now`; undefined where it sends none. */
  soundDelay(now: number): number | undefined {
    return this.#receiver?.soundDelay(now);
  }

  /** From the moment that the party took the sound that was mixed last to then, ms, on its clock and ours; undefined before its reports tell. */
  get soundLatency(): number | undefined {
    return this.#receiver?.soundLatency;
  }

  /** The party's pictures need the sound to wait so long, ms at `now`; forgotten when it is not said for a while. */
  waitForPictures(delay: number, now: number): void {
    this.#receiver?.waitForPictures(delay, now);
  }

  /** Whether any packet of sound came. */
  get hasReceived(): boolean {
    return (this.#receiver?.counters.packets ?? 0) > 0;
  }

  tick(now: number): void {
    if (this.#media !== undefined && this.session.reportDue(now)) {
      this.report(now);
    }
  }

  figures(): NonNullable<LegFigures['audio']> {
    const receiver = this.#receiver;
    return {
      in: { ...(receiver?.counters ?? NOTHING), jitter: receiver?.statistics.jitterMs ?? 0 },
      out: this.#sender?.stream.counters ?? { ...NOTHING, jitter: 0 },
      concealed: receiver?.concealed ?? 0,
      playoutDelay: receiver?.playoutDelay ?? 0,
      ...(this.#sender === undefined ? {} : worstReport([this.#sender.stream])),
    };
  }

  override close(): void {
    this.#receiver?.close();
    super.close();
  }

  protected get receiver(): AudioReceiver | undefined {
    return this.#receiver;
  }

  protected get streams(): readonly SendStream[] {
    return this.#sender === undefined ? [] : [this.#sender.stream];
  }

  protected get ownSsrc(): number {
    return this.#ssrc;
  }
}

const NOTHING = { packets: 0, bytes: 0, lost: 0 } as const;
