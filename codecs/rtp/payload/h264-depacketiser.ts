import type { RtpPacket } from '../packet.ts';
import { H264AccessUnit } from './h264-access-unit.ts';
import { beginsPicture, isSlice, NalUnitType, nalUnitType } from './h264-nal-unit.ts';
import { H264ParameterSetCache } from './h264-parameter-set-cache.ts';
import type { EncodedFrame, VideoDepacketiser } from './video-payload.ts';

/** What was said of a stream before its first packet. */
export interface H264DepacketiserOptions {
  /** Parameter sets known from signalling (sprop-parameter-sets, RFC 6184 §8.1): NAL units without start codes. */
  readonly parameterSets?: readonly Uint8Array[];
}

/** So many pictures cut by a marker in their middle, and the peer's markers are not believed any more. */
const WRONG_MARKERS_BELIEVED = 2;

/**
 * RTP payloads to H.264 access units (RFC 6184, modes 0 and 1), as real senders mean them:
 * - a picture ends with the marker or when the timestamp changes; a marker on parameter sets alone ends nothing, they join
 *   the picture that follows, and a peer that sets the marker in the middle of pictures is no longer listened to;
 * - parameter sets are remembered and put before a key frame that comes without them;
 * - access unit delimiters and filler data are left out;
 * - the packet types of the interleaved mode (STAP-B, MTAP, FU-B) and reserved ones are ignored;
 * - of a picture with losses, what came is given, marked corrupt.
 */
export class H264Depacketiser implements VideoDepacketiser {
  readonly #parameterSets = new H264ParameterSetCache();
  #parameterSetsComeInBand = false;
  #unit: H264AccessUnit | undefined;
  /** Type of the NAL unit whose fragments are coming. */
  #fragmented: number | undefined;
  /** Packets are missing that no picture has answered for. So it is at the start: we may have joined within a picture. */
  #gap = true;
  #endedByMarker: number | undefined;
  #wrongMarkers = 0;

  constructor(options: H264DepacketiserOptions = {}) {
    for (const unit of options.parameterSets ?? []) this.#parameterSets.add(unit);
  }

  push(packet: RtpPacket, lostBefore: number): EncodedFrame[] {
    const { timestamp, payload, marker } = packet;
    const frames: EncodedFrame[] = [];
    if (lostBefore > 0) {
      this.#gap = true;
      this.#fragmented = undefined;
      if (this.#unit) this.#unit.isCorrupt = true;
    }
    if (payload.length === 0) return frames; // padding to probe the line

    if (this.#unit && this.#unit.timestamp !== timestamp) {
      if (this.#unit.isPicture) this.#finish(frames);
      else this.#unit.timestamp = timestamp;
    }
    const mayBeMissing = this.#gap;
    this.#take(payload, timestamp);
    // A picture that was being put together has answered for the gap by being corrupt.
    if (mayBeMissing && this.#unit) this.#gap = false;

    if (marker && this.#unit?.isPicture && this.#wrongMarkers < WRONG_MARKERS_BELIEVED) {
      this.#finish(frames);
      this.#endedByMarker = timestamp;
    }
    return frames;
  }

  #take(payload: Uint8Array, timestamp: number): void {
    const [header = 0] = payload;
    const type = nalUnitType(payload);
    if (type !== NalUnitType.FU_A) this.#abandonFragments();
    if ((header & 0x80) !== 0) {
      // forbidden_zero_bit: somebody on the way knows of bit errors (RFC 6184 §5.3).
      this.#miss(timestamp, false);
    } else if (type === NalUnitType.FU_A) {
      this.#takeFragment(payload, timestamp);
    } else if (type === NalUnitType.STAP_A) {
      this.#takeAggregate(payload, timestamp);
    } else if (type >= NalUnitType.STAP_B && type <= NalUnitType.FU_B) {
      this.#miss(timestamp, true);
    } else if (type >= 1 && type < NalUnitType.STAP_A) {
      this.#takeUnit(payload, timestamp);
    }
  }

  #takeUnit(unit: Uint8Array, timestamp: number): void {
    const [header = 0] = unit;
    const type = nalUnitType(unit);
    const body = unit.subarray(1);
    if (isSlice(type) && body.length === 0) {
      this.#miss(timestamp, true);
      return;
    }
    const accessUnit = this.#accessUnitFor(type, body[0], timestamp);
    if (type === NalUnitType.ACCESS_UNIT_DELIMITER || type === NalUnitType.FILLER_DATA) return;
    if (type === NalUnitType.SEQUENCE_PARAMETER_SET || type === NalUnitType.PICTURE_PARAMETER_SET) {
      this.#parameterSets.add(unit);
      this.#parameterSetsComeInBand = true;
    }
    accessUnit.begin(header, body);
  }

  /** STAP-A, RFC 6184 §5.7.1. */
  #takeAggregate(payload: Uint8Array, timestamp: number): void {
    let offset = 1;
    while (offset + 2 <= payload.length) {
      const length = ((payload[offset] ?? 0) << 8) | (payload[offset + 1] ?? 0);
      const unit = payload.subarray(offset + 2, offset + 2 + length);
      offset += 2 + length;
      if (length === 0) continue;
      const type = nalUnitType(unit);
      if (unit.length < length || type === 0 || type >= NalUnitType.STAP_A) this.#miss(timestamp, false);
      else this.#takeUnit(unit, timestamp);
    }
    if (offset !== payload.length) this.#miss(timestamp, false);
  }

  /** FU-A, RFC 6184 §5.8. */
  #takeFragment(payload: Uint8Array, timestamp: number): void {
    const [indicator = 0, fragmentHeader = 0] = payload;
    const type = fragmentHeader & 0x1f;
    const isStart = (fragmentHeader & 0x80) !== 0;
    const isEnd = (fragmentHeader & 0x40) !== 0;
    const body = payload.subarray(2);
    if (payload.length < 2 || type === 0 || type >= NalUnitType.STAP_A) {
      this.#abandonFragments();
      this.#miss(timestamp, false);
    } else if (isStart) {
      this.#abandonFragments();
      this.#accessUnitFor(type, body[0], timestamp).begin((indicator & 0xe0) | type, body);
      this.#fragmented = isEnd ? undefined : type;
    } else if (this.#fragmented === type && this.#unit) {
      this.#unit.append(body);
      if (isEnd) this.#fragmented = undefined;
    } else {
      this.#abandonFragments();
      this.#miss(timestamp, isSlice(type));
    }
  }

  /** A fragmented NAL unit whose end never came stays as far as it goes, and its picture is corrupt. */
  #abandonFragments(): void {
    if (this.#fragmented === undefined) return;
    this.#fragmented = undefined;
    if (this.#unit) this.#unit.isCorrupt = true;
  }

  /** Something of the access unit cannot be used. */
  #miss(timestamp: number, isPicture: boolean): void {
    const unit = this.#unit ?? this.#newAccessUnit(timestamp, true);
    unit.isCorrupt = true;
    if (isPicture) unit.isPicture = true;
  }

  /** The access unit that a NAL unit belongs to: the one at hand, or a new one. */
  #accessUnitFor(type: number, firstOctet: number | undefined, timestamp: number): H264AccessUnit {
    const opensAccessUnit = type === NalUnitType.ACCESS_UNIT_DELIMITER || type === NalUnitType.SEQUENCE_PARAMETER_SET;
    // Incomplete parameter sets at hand belong to a picture that was lost if a new access unit opens.
    if (this.#unit?.isCorrupt && !this.#unit.isPicture && opensAccessUnit) {
      return this.#newAccessUnit(timestamp, false);
    }
    if (this.#unit) return this.#unit;

    // Where parameter sets never come in band, an IDR picture has nothing before its first slice.
    const isBareIdr =
      type === NalUnitType.IDR_SLICE && beginsPicture(type, firstOctet) && !this.#parameterSetsComeInBand;
    if (!this.#gap && this.#endedByMarker === timestamp && isSlice(type) && !beginsPicture(type, firstOctet)) {
      this.#wrongMarkers++;
    }
    return this.#newAccessUnit(timestamp, this.#gap && !opensAccessUnit && !isBareIdr);
  }

  #newAccessUnit(timestamp: number, isCorrupt: boolean): H264AccessUnit {
    const unit = new H264AccessUnit(timestamp, isCorrupt);
    this.#unit = unit;
    return unit;
  }

  #finish(frames: EncodedFrame[]): void {
    const unit = this.#unit;
    this.#abandonFragments();
    this.#unit = undefined;
    this.#endedByMarker = undefined;
    const frame = unit?.finish(this.#parameterSets);
    if (frame) frames.push(frame);
    else this.#gap = true;
  }
}
