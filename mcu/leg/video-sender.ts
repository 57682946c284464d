import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { Pacer } from '#codecs/rtp/pacer.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import type { PacketisedPayload } from '#codecs/rtp/payload/video-payload.ts';
import { RetransmissionHistory } from '#codecs/rtp/retransmission-history.ts';
import type { SentRenditionRecord } from '../engine/resume-record.ts';
import { leap } from './leap.ts';
import { RetransmissionBudget } from './retransmission-budget.ts';
import { SendStream } from './send-stream.ts';

/** How much faster than the mean rate the packets of a large picture may leave. */
const PACE_FACTOR = 2.5;
/** A packet is not sent again before its first copy can have arrived, ms. */
const LEAST_HOLD = 10;
/** A peer that allows less, or nothing (b=AS:0), is sent the poorest rendition at this rate all the same, bit/s. */
const LEAST_RATE = 64_000;
/** Packets that may wait to be sent: a picture that finds no room among them is left out whole. */
const MAXIMUM_QUEUED = 2000;

/**
 * ms by which what is heard in a beat of the mix is older than what is seen in it: receivers that play as it comes need it so, as a
 * picture takes that much longer to encode, pace and decode than sound (see PicturePlayout). Sender reports name for a picture the
 * moment of the sound that belongs to it, so that receivers that play in step (RFC 3550 §6.4.1) do so.
 */
export const SOUND_LATER = 23;

/** What a source of ours goes on from when it is sent another rendition, or something again after a hold. */
export interface SourceNumbers {
  readonly stream: SendStream;
  /** RTP timestamp of clock time 0. */
  readonly timestampOffset: number;
}

/** The numbers of a source that has not sent yet. `random` gives 0 to 1 (RFC 3550 §5.1). */
export function newSourceNumbers(ssrc: number, clockRate: number, random: () => number): SourceNumbers {
  return {
    stream: new SendStream(ssrc, clockRate, Math.floor(random() * 0x8000)),
    timestampOffset: Math.floor(random() * 0x1_0000_0000),
  };
}

/** What a resumed source leaves out at least. */
const LEAST_LEAP = 500;
/** Octets of payload in a packet, on average at the least: pictures are cut into packets of 1200, and end in a short one. */
const LEAST_PACKET = 600;

/** Numbers that a source of pictures leaves out when it goes on in another engine, `elapsed` ms after the record. */
export function pictureLeap(media: NegotiatedVideo, elapsed: number): number {
  return leap(LEAST_LEAP, rateOf(media) / (8 * LEAST_PACKET), elapsed);
}

/** The numbers of a source that another engine sent before; `leap` of them are left out. */
export function resumedSourceNumbers(record: SentRenditionRecord, clockRate: number, leap: number): SourceNumbers {
  return { stream: SendStream.resume(record, clockRate, leap), timestampOffset: record.timestampOffset };
}

/** Sends one rendition to one receiver: begins with a key frame, spreads large pictures over time, answers NACK. */
export class VideoSender {
  readonly rendition: string;
  readonly stream: SendStream;
  readonly #send: (packet: RtpPacket) => void;
  readonly #history = new RetransmissionHistory({ maxPackets: 1024 });
  readonly #pacer: Pacer;
  readonly #budget: RetransmissionBudget;
  readonly #timestampOffset: number;
  readonly #packetsBefore: number;
  #media: NegotiatedVideo;
  /** At the start and after a picture that was left out. */
  #waitsForKeyFrame = true;

  /** `numbers`: those of the source, which go on where a sender before this one stopped. */
  constructor(rendition: string, numbers: SourceNumbers, media: NegotiatedVideo, send: (packet: RtpPacket) => void) {
    this.rendition = rendition;
    this.#media = media;
    this.#send = send;
    this.stream = numbers.stream;
    this.#timestampOffset = numbers.timestampOffset;
    this.#packetsBefore = numbers.stream.counters.packets;
    this.#pacer = new Pacer({ rate: rateOf(media) * PACE_FACTOR, maxPackets: MAXIMUM_QUEUED });
    this.#budget = new RetransmissionBudget(rateOf(media));
  }

  /** Whether this sender has sent anything yet. */
  get begun(): boolean {
    return this.stream.counters.packets > this.#packetsBefore;
  }

  /** Payload type or rate changed. */
  update(media: NegotiatedVideo): void {
    this.#media = media;
    this.#pacer.rate = rateOf(media) * PACE_FACTOR;
    this.#budget.rate = rateOf(media);
  }

  /** Takes a picture for clock time `time` (ms), in payloads. Whether the receiver now needs a key frame to go on. */
  picture(payloads: readonly PacketisedPayload[], isKeyFrame: boolean, time: number, now: number): boolean {
    const hasRoom = this.#pacer.queued + payloads.length <= MAXIMUM_QUEUED;
    this.#waitsForKeyFrame = !hasRoom || (this.#waitsForKeyFrame && !isKeyFrame);
    if (this.#waitsForKeyFrame) {
      return true;
    }
    const timestamp = this.#timestampOffset + Math.round((time * this.#media.send.clockRate) / 1000);
    const { payloadType } = this.#media.send;
    const packets = payloads.map(({ payload, marker }) =>
      this.stream.next({ payloadType, marker, timestamp, payload }, time + SOUND_LATER),
    );
    this.#pacer.enqueue(packets, now);
    this.tick(now);
    return false;
  }

  /** Sends what is due. */
  tick(now: number): void {
    for (const packet of this.#pacer.due(now)) {
      this.#history.store(packet, now);
      this.#send(packet);
    }
  }

  /** The receiver misses these packets. */
  retransmit(sequenceNumbers: readonly number[], now: number): void {
    const hold = Math.max(LEAST_HOLD, (this.stream.roundTrip ?? 0) / 2);
    for (const sequenceNumber of sequenceNumbers) {
      const packet = this.#history.take(sequenceNumber, now, hold);
      if (packet !== undefined && this.#budget.admits(packet.payload.length, now)) {
        this.#send(packet);
      }
    }
  }
}

function rateOf({ sendBitRate }: NegotiatedVideo): number {
  return Math.max(LEAST_RATE, sendBitRate);
}
