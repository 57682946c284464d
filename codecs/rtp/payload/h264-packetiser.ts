import { splitAnnexB } from './annex-b.ts';
import { NalUnitType, nalUnitType } from './h264-nal-unit.ts';
import { checkMaximumPayload, type PacketisedPayload, type VideoPacketiser } from './video-payload.ts';

/** What a receiver takes. */
export interface H264PacketiserOptions {
  /** RFC 6184 §6.2 single NAL unit mode, §6.3 non-interleaved mode. */
  readonly packetizationMode: 0 | 1;
  /** Octets of RTP payload, 64 to 65000; 1200 passes everywhere. */
  readonly maximumPayload: number;
}

/**
 * H.264 access units to RTP payloads (RFC 6184).
 * Mode 1: parameter sets and SEI that stand together go as one STAP-A, what does not fit in a packet as FU-A, the rest as it is.
 * Mode 0: every NAL unit as it is; one that does not fit cannot be sent, is left out and counted: the encoder must be told the
 * greatest slice length. Access unit delimiters and filler data say nothing in RTP and are left out.
 */
export class H264Packetiser implements VideoPacketiser {
  readonly #mode: 0 | 1;
  readonly #maximumPayload: number;
  #oversizedNalUnits = 0;

  /** @throws RangeError when `maximumPayload` is out of range. */
  constructor(options: H264PacketiserOptions) {
    checkMaximumPayload(options.maximumPayload);
    this.#mode = options.packetizationMode;
    this.#maximumPayload = options.maximumPayload;
  }

  /** How many NAL units mode 0 had to leave out because they were longer than a packet. */
  get oversizedNalUnits(): number {
    return this.#oversizedNalUnits;
  }

  packetise(frame: Uint8Array): PacketisedPayload[] {
    const payloads: Uint8Array[] = [];
    let together: Uint8Array[] = [];
    for (const unit of splitAnnexB(frame)) {
      const type = nalUnitType(unit);
      if (type === NalUnitType.ACCESS_UNIT_DELIMITER || type === NalUnitType.FILLER_DATA) continue;
      if (this.#mode === 0) {
        if (unit.length <= this.#maximumPayload) payloads.push(unit);
        else this.#oversizedNalUnits++;
        continue;
      }
      const aggregable =
        type === NalUnitType.SEI ||
        type === NalUnitType.SEQUENCE_PARAMETER_SET ||
        type === NalUnitType.PICTURE_PARAMETER_SET;
      if (!aggregable || aggregateLength([...together, unit]) > this.#maximumPayload) {
        payloads.push(...aggregate(together));
        together = [];
      }
      if (unit.length > this.#maximumPayload) payloads.push(...this.#fragment(unit));
      else if (aggregable) together.push(unit);
      else payloads.push(unit);
    }
    payloads.push(...aggregate(together));
    return payloads.map((payload, index) => ({ payload, marker: index === payloads.length - 1 }));
  }

  /** FU-A, RFC 6184 §5.8: fragments of nearly equal length, so that none is a waste of a header. */
  #fragment(unit: Uint8Array): Uint8Array[] {
    const [header = 0] = unit;
    const body = unit.subarray(1);
    const count = Math.ceil(body.length / (this.#maximumPayload - 2));
    const fragments: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const part = body.subarray(Math.floor((i * body.length) / count), Math.floor(((i + 1) * body.length) / count));
      const fragment = Buffer.allocUnsafe(2 + part.length);
      fragment[0] = (header & 0xe0) | NalUnitType.FU_A;
      fragment[1] = (i === 0 ? 0x80 : 0) | (i === count - 1 ? 0x40 : 0) | (header & 0x1f);
      fragment.set(part, 2);
      fragments.push(fragment);
    }
    return fragments;
  }
}

function aggregateLength(units: readonly Uint8Array[]): number {
  return units.reduce((length, unit) => length + 2 + unit.length, 1);
}

/** STAP-A, RFC 6184 §5.7.1; a single unit stays as it is. */
function aggregate(units: readonly Uint8Array[]): Uint8Array[] {
  if (units.length < 2) return [...units];
  const packet = Buffer.allocUnsafe(aggregateLength(units));
  let forbiddenZeroBit = 0;
  let referenceIdc = 0;
  let offset = 1;
  for (const unit of units) {
    const [header = 0] = unit;
    forbiddenZeroBit |= header & 0x80;
    referenceIdc = Math.max(referenceIdc, header & 0x60);
    packet.writeUInt16BE(unit.length, offset);
    packet.set(unit, offset + 2);
    offset += 2 + unit.length;
  }
  packet[0] = forbiddenZeroBit | referenceIdc | NalUnitType.STAP_A;
  return [packet];
}
