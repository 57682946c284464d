import type { RtpPacket } from '../packet.ts';
import { timestampDelta } from '../sequence-number.ts';

/** The DTMF events in the order of their codes 0 to 15 (RFC 4733 table 3). */
const DIGITS = '0123456789*#ABCD';
/** The longest duration that an event packet can say; a longer event goes on in a new segment (RFC 4733 §2.5.1.3). */
const MAXIMUM_DURATION = 0xffff;
/** RFC 4733 §2.5.1.4: the last packet of an event is sent three times. */
const END_PACKETS = 3;
/** Packets of an event before the last one come late by no more than this (4 s at 8 kHz, 2/3 s at 48 kHz); older means a new time base. */
const LATEST = 32000;

/** The payload of an event packet, RFC 4733 §2.3. */
export interface TelephoneEvent {
  /** 0 to 255; 0 to 15 are DTMF digits. */
  readonly event: number;
  readonly isEnd: boolean;
  /** 0 to 63: power of the tone below 0 dBm0. */
  readonly volume: number;
  /** Units of the RTP clock, 0 to 65535. */
  readonly duration: number;
}

/** Reads an event payload; further events in the same packet are left away. Undefined when it is cut. */
export function parseTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  const [event, flags, high, low] = payload;
  if (event === undefined || flags === undefined || high === undefined || low === undefined) return undefined;
  return { event, isEnd: (flags & 0x80) !== 0, volume: flags & 0x3f, duration: (high << 8) | low };
}

/**
 * Hears each digit once. An event is known by its RTP timestamp, which all of its packets share: so the marker does not matter,
 * and any one packet of an event suffices, be it its start, its middle or one of its three ends.
 */
export class TelephoneEventReader {
  #last: { timestamp: number; event: number; duration: number; isEnd: boolean } | undefined;

  /** @returns `0` to `9`, `*`, `#`, `A` to `D` with the first packet that is seen of a digit; else undefined. */
  push(packet: RtpPacket): string | undefined {
    const received = parseTelephoneEvent(packet.payload);
    if (!received) return undefined;
    const { timestamp } = packet;
    const last = this.#last;
    if (last) {
      const later = timestampDelta(last.timestamp, timestamp);
      if (later === 0) {
        last.duration = Math.max(last.duration, received.duration);
        last.isEnd ||= received.isEnd;
        return undefined;
      }
      if (later < 0 && later > -LATEST) return undefined;
      const isNextSegment =
        later === MAXIMUM_DURATION && received.event === last.event && last.duration > 0 && !last.isEnd;
      this.#last = { timestamp, ...received };
      if (isNextSegment) return undefined;
    } else {
      this.#last = { timestamp, ...received };
    }
    return DIGITS[received.event];
  }
}

/** How one digit is sent: its clock, its length and its loudness (RFC 4733 §2.3). */
export interface TelephoneEventOptions {
  /** RTP clock of the payload type in Hz. Default 8000. */
  readonly clockRate?: number;
  /** ms. Default 160. */
  readonly duration?: number;
  /** ms between the packets. Default 20. */
  readonly packetTime?: number;
  /** 0 to 63: -dBm0. Default 10. */
  readonly volume?: number;
}

/** One packet of a digit that is to be sent. All packets of a digit carry the timestamp of its beginning. */
export interface TelephoneEventPacket {
  readonly payload: Buffer;
  /** On the first packet of the event (RFC 4733 §2.5.1.1). */
  readonly marker: boolean;
  /** ms after the beginning of the digit at which to send it. */
  readonly offset: number;
}

/**
 * The packets of one DTMF digit (RFC 4733 §2.5.1): one every `packetTime` with the growing duration, the last with the end flag
 * and then twice again.
 * @param digit `0` to `9`, `*`, `#`, `A` to `D`.
 * @throws RangeError when the digit is none or the duration does not fit in a segment.
 */
export function telephoneEventPackets(digit: string, options: TelephoneEventOptions = {}): TelephoneEventPacket[] {
  const { clockRate = 8000, duration = 160, packetTime = 20, volume = 10 } = options;
  const event = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
  if (event < 0) throw new RangeError(`'${digit}' is not a DTMF digit`);
  const units = Math.round((duration * clockRate) / 1000);
  if (!(units > 0 && units <= MAXIMUM_DURATION)) throw new RangeError(`a DTMF digit of ${duration} ms cannot be sent`);

  const updates = Math.max(1, Math.ceil(duration / packetTime));
  return Array.from({ length: updates + END_PACKETS - 1 }, (_, index) => {
    const isEnd = index >= updates - 1;
    const payload = Buffer.alloc(4);
    payload[0] = event;
    payload[1] = (isEnd ? 0x80 : 0) | (volume & 0x3f);
    payload.writeUInt16BE(isEnd ? units : Math.round(((index + 1) * packetTime * clockRate) / 1000), 2);
    return { payload, marker: index === 0, offset: index * packetTime };
  });
}
