import type { NegotiatedAudio } from '#codecs/media/negotiated.ts';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { Clock } from '../engine/clock.ts';
import type { LegDesired, LegFigures } from '../engine/protocol.ts';
import type { AudioRecord } from '../engine/resume-record.ts';
import type { SoundParty } from '../sound/sound-mixer.ts';
import { AudioReceiver, type AudioReceiverOutput } from './audio-receiver.ts';
import { AudioSender } from './audio-sender.ts';
import type { DropCounts } from './drop-reason.ts';
import { worstReport } from './far-report.ts';
import type { LegTrace } from './leg-trace.ts';
import { SOUND_RATE } from './receive-limit.ts';
import { RtpSession } from './rtp-session.ts';

type AudioDesired = NonNullable<LegDesired['audio']>;

/** bit/s that RTCP's share is counted from. */
const BANDWIDTH = 64_000;

/** What a sound stream tells. */
export interface AudioStreamOutput extends AudioReceiverOutput {
  /** Runs what a datagram brings about; does not throw. */
  guarded(work: () => void): void;
}

/** The sound of a leg, both ways, over one RTP session. */
export class AudioStream {
  readonly #session: RtpSession;
  readonly #output: AudioReceiverOutput;
  readonly #clock: Clock;
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
    this.#resumed = resumed;
    this.#ssrc = desired.ssrc;
    this.#clock = clock;
    this.#output = output;
    this.#session = new RtpSession(
      desired.local,
      cname,
      SOUND_RATE,
      {
        rtp: (packet, now) => this.#receiver?.push(packet, now),
        rtcp: (packet, now) => this.#onRtcp(packet, now),
        guarded: (work) => output.guarded(work),
        datagram: (direction, port, remote, bytes, now) => trace?.rtcp(direction, 'audio', port, remote, bytes, now),
      },
      () => clock.now(),
    );
  }

  /** Binds the sockets. Rejects with the system's error. */
  bind(): Promise<void> {
    return this.#session.bind();
  }

  /** Takes what was negotiated. `host`: IP address that the party's signalling comes from. */
  update(desired: AudioDesired, host?: string): void {
    const { media } = desired;
    this.#media = media;
    if (media === undefined) {
      return;
    }
    this.#session.update(media, BANDWIDTH, SOUND_RATE, host);
    if (this.#receiver === undefined) {
      this.#receiver = new AudioReceiver(media, this.#output);
    } else {
      this.#receiver.update(media);
    }
    // Another codec is another clock: the source begins anew with the same identifier.
    if (this.#sender === undefined || this.#sender.media.send.clockRate !== media.send.clockRate) {
      const send = (packet: RtpPacket) => this.#session.send(packet);
      const now = this.#clock.now();
      this.#sender = new AudioSender(this.#ssrc, media, send, Math.random, this.#resumed?.sent, now);
    } else {
      this.#sender.update(media);
    }
    if (this.#resumed !== undefined) {
      this.#session.resume(this.#resumed.session);
      this.#resumed = undefined;
    }
  }

  /** What another engine must know. */
  get record(): AudioRecord {
    const sent = this.#sender?.record;
    return { session: this.#session.record, ...(sent === undefined ? {} : { sent }) };
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

  /** How long the party's sound waits to be mixed, ms; undefined where it sends none. */
  get soundDelay(): number | undefined {
    return this.#receiver?.soundDelay;
  }

  /** From the moment that the party took the sound that was mixed last to then, ms, on its clock and ours; undefined before its reports tell. */
  get soundLatency(): number | undefined {
    return this.#receiver?.soundLatency;
  }

  /** Whether any packet of sound came. */
  get hasReceived(): boolean {
    return (this.#receiver?.counters.packets ?? 0) > 0;
  }

  tick(now: number): void {
    if (this.#media !== undefined && this.#session.reportDue(now)) {
      const report = this.#sender?.stream.report(now, this.#clock.wall(now));
      this.#session.report(
        {
          ssrc: this.#ssrc,
          senderReports: report === undefined ? [] : [report],
          reportBlock: this.#receiver?.statistics.reportBlock(now),
        },
        now,
      );
    }
  }

  /** Time (ms) of the last RTP or RTCP that was taken. */
  get heardAt(): number {
    return this.#session.heardAt;
  }

  /** Datagrams that were not let in. */
  get dropped(): DropCounts {
    return this.#session.dropped;
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

  close(): void {
    this.#receiver?.close();
    this.#session.close(this.#sender === undefined ? [] : [this.#ssrc]);
  }

  #onRtcp(packet: RtcpPacket, now: number): void {
    if (packet.type === 'sender-report') {
      this.#receiver?.senderReport(packet, now);
    }
    if (packet.type === 'sender-report' || packet.type === 'receiver-report') {
      for (const block of packet.reports) {
        if (block.ssrc === this.#ssrc) {
          this.#sender?.stream.reported(block, this.#clock.wall(now));
        }
      }
    }
    if (packet.type === 'goodbye') {
      for (const ssrc of packet.ssrcs) {
        this.#receiver?.leave(ssrc);
      }
    }
  }
}

const NOTHING = { packets: 0, bytes: 0, lost: 0 } as const;
