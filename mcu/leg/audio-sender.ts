import type { NegotiatedAudio } from '#codecs/media/negotiated.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { timestampStep } from '#codecs/rtp/payload/audio.ts';
import { TICK_MS } from '../sound/sound-mixer.ts';
import { SendStream } from './send-stream.ts';

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

  /** `random` gives 0 to 1, for the first sequence number and timestamp (RFC 3550 §5.1). */
  constructor(ssrc: number, media: NegotiatedAudio, send: (packet: RtpPacket) => void, random: () => number) {
    this.#media = media;
    this.#send = send;
    this.stream = new SendStream(ssrc, media.send.clockRate, Math.floor(random() * 0x8000));
    this.#timestamp = Math.floor(random() * 0x1_0000_0000);
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
    const missed = this.#tickedAt === undefined ? 0 : Math.round((now - this.#tickedAt) / TICK_MS) - 1;
    this.#tickedAt = now;
    if (missed > 0) {
      this.#timestamp += missed * timestampStep(this.#media.send.name, TICK_MS);
      this.#pending = [];
      this.#marker = true;
    }
  }
}
