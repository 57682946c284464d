import { AudioDecoder } from '#codecs/ffmpeg/audio-decoder.ts';
import type { SoundCodec } from '#codecs/ffmpeg/sound-codecs.ts';
import type { AudioCodec } from '#codecs/media/description.ts';
import type { NegotiatedAudio } from '#codecs/media/negotiated.ts';
import type { SenderReport } from '#codecs/rtcp/report.ts';
import { ReportClock } from '#codecs/rtcp/report-clock.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { TelephoneEventReader } from '#codecs/rtp/payload/telephone-event.ts';
import { type ReceptionCounters, ReceptionStatistics } from '#codecs/rtp/reception-statistics.ts';
import { SequenceUnwrapper, TimestampUnwrapper } from '#codecs/rtp/sequence-number.ts';
import { SourceTracker } from '#codecs/rtp/source-validation.ts';
import { DtmfDetector } from '../sound/dtmf-detector.ts';
import { PlayoutBuffer } from '../sound/playout-buffer.ts';

/** How a digit was sent: as an event, or as tones in the sound. */
export type DtmfMethod = 'rfc4733' | 'in-band';

/** What a receiver tells. */
export interface AudioReceiverOutput {
  dtmf(digit: string, method: DtmfMethod): void;
  fault(error: unknown): void;
}

/** The sound that one party sends: follows its source and codec, and gives an even flow of samples. */
export class AudioReceiver {
  readonly #output: AudioReceiverOutput;
  readonly #tracker = new SourceTracker();
  readonly #playout = new PlayoutBuffer();
  readonly #events = new TelephoneEventReader();
  readonly #detector = new DtmfDetector();
  readonly #decoders = new Map<SoundCodec, AudioDecoder>();
  readonly #opening = new Set<SoundCodec>();
  #codecs = new Map<number, AudioCodec>();
  #clockRate: number;
  #statistics: ReceptionStatistics;
  /** What was counted on other clocks before. */
  #before: ReceptionCounters = { packets: 0, bytes: 0, lost: 0 };
  #eventPayloadType: number | undefined;
  #sequence = new SequenceUnwrapper();
  #timestamps = new TimestampUnwrapper();
  #clock: ReportClock;
  #closed = false;

  constructor(media: NegotiatedAudio, output: AudioReceiverOutput) {
    this.#output = output;
    this.#clockRate = media.receive[0]?.clockRate ?? media.send.clockRate;
    this.#statistics = new ReceptionStatistics(this.#clockRate);
    this.#clock = new ReportClock(this.#clockRate);
    this.update(media);
  }

  /** Of the codec that is spoken now: jitter is counted on its clock. */
  get statistics(): ReceptionStatistics {
    return this.#statistics;
  }

  /** Sums since the leg began. */
  get counters(): ReceptionCounters {
    const { packets, bytes, lost } = this.#statistics.counters;
    return {
      packets: this.#before.packets + packets,
      bytes: this.#before.bytes + bytes,
      lost: this.#before.lost + lost,
    };
  }

  /** Packets that had to be covered. */
  get concealed(): number {
    return this.#playout.concealed;
  }

  /** ms that the buffer adds. */
  get playoutDelay(): number {
    return this.#playout.level;
  }

  /** How long sound waits in the buffer, mean of the last moments, ms at `now`; undefined where nothing was played lately. */
  soundDelay(now: number): number | undefined {
    return this.#playout.delay(now);
  }

  /** From the moment that the party took the sound that was played last to then, ms, on its clock and ours; undefined before its reports tell. */
  get soundLatency(): number | undefined {
    return this.#playout.latency;
  }

  /** The party's pictures need the sound to wait so long, ms at `now`. */
  waitForPictures(delay: number, now: number): void {
    this.#playout.waitForPictures(delay, now);
  }

  /** A sender report of the party came. */
  senderReport(report: SenderReport, now: number): void {
    this.#statistics.senderReport(report, now);
    this.#clock.report(report);
  }

  /** Offer and answer changed. */
  update(media: NegotiatedAudio): void {
    this.#codecs = new Map(media.receive.map((codec) => [codec.payloadType, codec]));
    this.#eventPayloadType = media.telephoneEvent?.receive.payloadType;
    for (const codec of media.receive) {
      this.#open(codec.name);
    }
  }

  push(packet: RtpPacket, now: number): void {
    const codec = this.#codecs.get(packet.payloadType);
    const isEvent = packet.payloadType === this.#eventPayloadType;
    if (codec === undefined && !isEvent) {
      return;
    }
    const { verdict, packets } = this.#tracker.decide(packet, now);
    if (verdict === 'switched') {
      this.#playout.reset();
      this.#sequence = new SequenceUnwrapper();
      this.#timestamps = new TimestampUnwrapper();
    }
    for (const accepted of packets) {
      this.#accept(accepted, now);
    }
  }

  /** The source said goodbye. */
  leave(ssrc: number): void {
    this.#tracker.leave(ssrc);
  }

  /** The next `count` samples at 48 kHz. */
  pull(count: number, now: number): Float32Array {
    const samples = this.#playout.pull(count, now);
    // Only who has no events presses keys in the sound: nobody else's speech is searched for tones.
    if (this.#eventPayloadType === undefined) {
      for (const digit of this.#detector.push(samples)) {
        this.#output.dtmf(digit, 'in-band');
      }
    }
    return samples;
  }

  close(): void {
    this.#closed = true;
    for (const decoder of this.#decoders.values()) {
      decoder.close();
    }
    this.#decoders.clear();
  }

  #accept(packet: RtpPacket, now: number): void {
    this.#followClock(this.#codecs.get(packet.payloadType)?.clockRate ?? this.#clockRate);
    this.#statistics.received(packet, now);
    const extendedSequenceNumber = this.#sequence.unwrap(packet.sequenceNumber);
    if (packet.payloadType === this.#eventPayloadType) {
      const digit = this.#events.push(packet);
      if (digit !== undefined) {
        this.#output.dtmf(digit, 'rfc4733');
      }
      // Its place in the sequence is silence, not loss.
      this.#playout.push({ extendedSequenceNumber, mediaTime: undefined, decode: () => new Float32Array(960) }, now);
      return;
    }
    const codec = this.#codecs.get(packet.payloadType);
    if (codec === undefined) {
      return;
    }
    const mediaTime = (this.#timestamps.unwrap(packet.timestamp) * 1000) / codec.clockRate;
    // The payload is a view of a datagram that nobody reuses.
    const payload = Buffer.from(packet.payload.buffer, packet.payload.byteOffset, packet.payload.length);
    this.#playout.push(
      {
        extendedSequenceNumber,
        mediaTime,
        takenAt: this.#clock.at(packet.ssrc, packet.timestamp),
        decode: () => this.#decoders.get(codec.name)?.decode(payload) ?? new Float32Array(0),
      },
      now,
    );
  }

  /** Another codec may have another clock (RFC 7160): nothing that was reckoned in the old one holds. */
  #followClock(clockRate: number): void {
    if (clockRate !== this.#clockRate) {
      this.#before = this.counters;
      this.#clockRate = clockRate;
      this.#statistics = new ReceptionStatistics(clockRate);
      this.#clock = new ReportClock(clockRate);
      this.#timestamps = new TimestampUnwrapper();
    }
  }

  #open(name: SoundCodec): void {
    if (this.#decoders.has(name) || this.#opening.has(name)) {
      return;
    }
    this.#opening.add(name);
    AudioDecoder.open(name)
      .then((decoder) => {
        if (this.#closed) {
          decoder.close();
        } else {
          this.#decoders.set(name, decoder);
        }
      })
      .catch((error: unknown) => this.#output.fault(error))
      .finally(() => this.#opening.delete(name));
  }
}
