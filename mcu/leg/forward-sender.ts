import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { timestampDelta } from '#codecs/rtp/sequence-number.ts';
import type { SentForwardRecord } from '../engine/resume-record.ts';
import { SendStream } from './send-stream.ts';

/** A step of more than this (s) between two packets is a new source, not a pause. */
const LARGEST_STEP = 10;

/** Sends on what another leg's party sends, packet by packet: numbers and source are ours, gaps and clock are his. */
export class ForwardSender {
  readonly source: string;
  readonly stream: SendStream;
  readonly #send: (packet: RtpPacket) => void;
  #media: NegotiatedVideo;
  #timestamp: number;
  #last: { readonly timestamp: number; readonly ssrc: number } | undefined;

  /**
   * `random` gives 0 to 1, for the first sequence number and timestamp (RFC 3550 §5.1). `resumed`: the same source in another
   * engine, with so many numbers to be left out.
   */
  constructor(
    output: { readonly ssrc: number; readonly source: string },
    media: NegotiatedVideo,
    send: (packet: RtpPacket) => void,
    random: () => number,
    resumed?: { readonly record: SentForwardRecord; readonly leap: number },
  ) {
    this.source = output.source;
    this.#media = media;
    this.#send = send;
    if (resumed?.record.ssrc === output.ssrc) {
      this.stream = SendStream.resume(resumed.record, media.send.clockRate, resumed.leap);
      this.#timestamp = resumed.record.timestamp;
      this.#last = resumed.record.last;
    } else {
      this.stream = new SendStream(output.ssrc, media.send.clockRate, Math.floor(random() * 0x8000));
      this.#timestamp = Math.floor(random() * 0x1_0000_0000);
    }
  }

  /** What another engine must know; undefined before the first packet. */
  get record(): SentForwardRecord | undefined {
    const { record } = this.stream;
    return record === undefined || this.#last === undefined
      ? undefined
      : { ...record, timestamp: this.#timestamp, last: this.#last };
  }

  update(media: NegotiatedVideo): void {
    this.#media = media;
  }

  /** Sends a packet on at clock time `now` (ms). Packets lost before it stay missing, so that receivers know. */
  forward(packet: RtpPacket, lostBefore: number, now: number): void {
    this.#timestamp = (this.#timestamp + this.#step(packet)) >>> 0;
    this.#last = { timestamp: packet.timestamp, ssrc: packet.ssrc };
    this.stream.skip(lostBefore);
    const { payloadType } = this.#media.send;
    const { marker, payload } = packet;
    this.#send(this.stream.next({ payloadType, marker, timestamp: this.#timestamp, payload }, now));
  }

  #step(packet: RtpPacket): number {
    if (this.#last === undefined) {
      return 0;
    }
    const { clockRate } = this.#media.send;
    const step = timestampDelta(this.#last.timestamp, packet.timestamp);
    const isNew = packet.ssrc !== this.#last.ssrc || Math.abs(step) > LARGEST_STEP * clockRate;
    // A new source has a clock of its own: it follows a frame after the old one.
    return isNew ? Math.round(clockRate / 25) : step;
  }
}
