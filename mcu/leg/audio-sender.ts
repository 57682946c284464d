import type { NegotiatedAudio } from '#codecs/media/negotiated.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { timestampStep } from '#codecs/rtp/payload/timestamp-step.ts';
import type { SentSoundRecord } from '../engine/resume-record.ts';
import { TICK_MS } from '../sound/sound-mixer.ts';
import { leap } from './leap.ts';
import { SendStream } from './send-stream.ts';

/** Packets a second, and what a resumed source leaves out at least: two seconds of them. */
const PACKET_RATE = 1000 / TICK_MS;
const LEAST_LEAP = 100;

/** Sends one party its mix: a payload each tick, or several joined in a packet where the party wants longer ones (G.711, G.722). */
export class AudioSender {
  readonly stream: SendStream;
  readonly #send: (packet: RtpPacket) => void;
  #media: NegotiatedAudio;
  #timestamp: number;
  #pending: Buffer[] = [];
  #marker = true;
  /** Time of the tick before. */
  #tickedAt: number | undefined;
  /** Of another engine, whose timestamps go on. */
  #resumed: SentSoundRecord | undefined;

  /**
   * `random` gives 0 to 1, for the first sequence number and timestamp (RFC 3550 §5.1). `resumed`: the same source in another
   * engine; it holds where its clock is the same. `now` in ms.
   */
  constructor(
    ssrc: number,
    media: NegotiatedAudio,
    send: (packet: RtpPacket) => void,
    random: () => number,
    resumed?: SentSoundRecord,
    now = 0,
  ) {
    const { clockRate } = media.send;
    this.#media = media;
    this.#send = send;
    if (resumed?.ssrc === ssrc && resumed.clockRate === clockRate) {
      this.stream = SendStream.resume(resumed, clockRate, leap(LEAST_LEAP, PACKET_RATE, now - resumed.at));
      this.#timestamp = resumed.timestamp;
      this.#resumed = resumed;
    } else {
      this.stream = new SendStream(ssrc, clockRate, Math.floor(random() * 0x8000));
      this.#timestamp = Math.floor(random() * 0x1_0000_0000);
    }
  }

  /** What another engine must know; undefined before the first packet. */
  get record(): SentSoundRecord | undefined {
    const { record } = this.stream;
    if (record === undefined || this.#tickedAt === undefined) {
      return this.#resumed;
    }
    const { clockRate } = this.#media.send;
    // The timestamp is already that of the tick to come.
    return { ...record, clockRate, timestamp: this.#timestamp >>> 0, at: this.#tickedAt + TICK_MS };
  }

  get media(): NegotiatedAudio {
    return this.#media;
  }

  /** Codec, payload type or packet time changed. */
  update(media: NegotiatedAudio): void {
    if (media.send.name !== this.#media.send.name) {
      this.#pending = [];
      this.#marker = true;
    }
    this.#media = media;
  }

  /** Takes the payload of a tick at `now` (ms); undefined stands for a tick without one, which only passes time. */
  tick(payload: Buffer | undefined, now: number): void {
    this.#passOver(now);
    const { send, packetTime } = this.#media;
    const begun = this.#timestamp - this.#pending.length * timestampStep(send.name, TICK_MS);
    this.#timestamp += timestampStep(send.name, TICK_MS);
    if (payload === undefined) {
      this.#pending = [];
      this.#marker = true;
      return;
    }
    this.#pending.push(payload);
    const perPacket = send.name === 'opus' ? 1 : Math.max(1, Math.floor(packetTime / TICK_MS));
    if (this.#pending.length < perPacket) {
      return;
    }
    const [first = payload] = this.#pending;
    const whole = this.#pending.length === 1 ? first : Buffer.concat(this.#pending);
    const time = now - (this.#pending.length - 1) * TICK_MS;
    this.#pending = [];
    const fields = { payloadType: send.payloadType, marker: this.#marker, timestamp: begun, payload: whole };
    this.#marker = false;
    this.#send(this.stream.next(fields, time));
  }

  /** Time without ticks, on hold or in a stall, is time of the stream too: its sender reports say so. */
  #passOver(now: number): void {
    if (this.#resumed !== undefined) {
      const { timestamp, at, clockRate } = this.#resumed;
      this.#timestamp = (timestamp + Math.round(((now - at) * clockRate) / 1000)) >>> 0;
      this.#resumed = undefined;
    }
    const missed = this.#tickedAt === undefined ? 0 : Math.round((now - this.#tickedAt) / TICK_MS) - 1;
    this.#tickedAt = now;
    if (missed > 0) {
      this.#timestamp += missed * timestampStep(this.#media.send.name, TICK_MS);
      this.#pending = [];
      this.#marker = true;
    }
  }
}
