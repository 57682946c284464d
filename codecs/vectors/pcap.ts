/** Reads frames and whole IPv4 UDP datagrams out of pcap and pcapng files of either byte order, for tests on what was captured. */

/** A UDP datagram of a capture file. */
export interface CapturedDatagram {
  /** Of the frame, from 1. */
  readonly frameNumber: number;
  /** ms since 1970. */
  readonly time: number;
  readonly source: { readonly address: string; readonly port: number };
  readonly destination: { readonly address: string; readonly port: number };
  readonly payload: Buffer;
}

const PCAP_MICROSECONDS = 0xa1b2c3d4;
const PCAP_NANOSECONDS = 0xa1b23c4d;
const SECTION_HEADER = 0x0a0d0d0a;
const PCAPNG_BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const IPV4 = 0x0800;
const UDP = 17;

/** Where IPv4 begins in a frame, by link type; undefined when the frame carries something else. */
function ipv4In(frame: Buffer, linkType: number): Buffer | undefined {
  switch (linkType) {
    case 0: // BSD loopback: address family in the byte order of the writer
      return frame.length > 4 && (frame.readUInt32LE(0) === 2 || frame.readUInt32BE(0) === 2) ? frame.subarray(4) : undefined;
    case 1: // Ethernet
      return frame.length > 14 && frame.readUInt16BE(12) === IPV4 ? frame.subarray(14) : undefined;
    case 101: // raw IP
      return frame;
    case 113: // Linux cooked
      return frame.length > 16 && frame.readUInt16BE(14) === IPV4 ? frame.subarray(16) : undefined;
    case 276: // Linux cooked, version 2
      return frame.length > 20 && frame.readUInt16BE(0) === IPV4 ? frame.subarray(20) : undefined;
    default:
      throw new Error(`pcap link type ${linkType} is not read`);
  }
}

function udpIn(ip: Buffer): Omit<CapturedDatagram, 'time' | 'frameNumber'> | undefined {
  if (ip.length < 20 || ip.readUInt8(0) >> 4 !== 4 || ip.readUInt8(9) !== UDP) return undefined;
  const isFragment = (ip.readUInt16BE(6) & 0x3fff) !== 0;
  const headerLength = 4 * (ip.readUInt8(0) & 0x0f);
  if (isFragment || ip.length < headerLength + 8) return undefined;
  const udp = ip.subarray(headerLength);
  const length = udp.readUInt16BE(4);
  if (length < 8 || udp.length < length) return undefined;
  return {
    source: { address: ip.subarray(12, 16).join('.'), port: udp.readUInt16BE(0) },
    destination: { address: ip.subarray(16, 20).join('.'), port: udp.readUInt16BE(2) },
    payload: udp.subarray(8, length),
  };
}

interface CapturedFrame {
  readonly linkType: number;
  readonly time: number;
  readonly frame: Buffer;
}

/** An IPv4 packet with its header; it may be cut off where the capture was. */
export interface CapturedPacket {
  /** From 1, counting every frame of the file, as Wireshark does. */
  readonly frameNumber: number;
  /** ms since 1970. */
  readonly time: number;
  readonly ip: Buffer;
}

type ReadUint32 = (offset: number) => number;

/** pcap: one header, then records. */
function* framesOfPcap(file: Buffer, uint32: ReadUint32): Generator<CapturedFrame> {
  const unitsPerMs = uint32(0) === PCAP_NANOSECONDS ? 1e6 : 1e3;
  const linkType = uint32(20) & 0xffff;
  for (let offset = 24; offset + 16 <= file.length; ) {
    const length = uint32(offset + 8);
    const time = uint32(offset) * 1000 + uint32(offset + 4) / unitsPerMs;
    yield { linkType, time, frame: file.subarray(offset + 16, offset + 16 + length) };
    offset += 16 + length;
  }
}

/** pcapng: blocks; interfaces of one section, with times in microseconds. */
function* framesOfPcapng(file: Buffer, uint32: ReadUint32): Generator<CapturedFrame> {
  const linkTypes: number[] = [];
  for (let offset = 0; offset + 12 <= file.length; ) {
    const type = uint32(offset);
    if (type === INTERFACE_DESCRIPTION) linkTypes.push(uint32(offset + 8) & 0xffff);
    if (type === ENHANCED_PACKET) {
      const linkType = linkTypes[uint32(offset + 8)] ?? -1;
      const time = (uint32(offset + 12) * 2 ** 32 + uint32(offset + 16)) / 1000;
      yield { linkType, time, frame: file.subarray(offset + 28, offset + 28 + uint32(offset + 20)) };
    }
    offset += Math.max(12, uint32(offset + 4));
  }
}

function framesOf(file: Buffer): Generator<CapturedFrame> {
  const littleEndian: ReadUint32 = (offset) => file.readUInt32LE(offset);
  const bigEndian: ReadUint32 = (offset) => file.readUInt32BE(offset);
  for (const uint32 of [littleEndian, bigEndian]) {
    if (uint32(0) === PCAP_MICROSECONDS || uint32(0) === PCAP_NANOSECONDS) return framesOfPcap(file, uint32);
    if (uint32(0) === SECTION_HEADER && uint32(8) === PCAPNG_BYTE_ORDER) return framesOfPcapng(file, uint32);
  }
  throw new Error('neither a pcap nor a pcapng file');
}

/** The IPv4 packets of a capture in order; everything else is passed over. Throws Error where the file is no capture. */
export function* readIpv4Packets(file: Buffer): Generator<CapturedPacket> {
  let frameNumber = 0;
  for (const { linkType, time, frame } of framesOf(file)) {
    frameNumber += 1;
    const ip = ipv4In(frame, linkType);
    if (ip) yield { frameNumber, time, ip };
  }
}

/** The whole UDP datagrams of a capture in order; everything else is passed over. */
export function readUdpDatagrams(file: Buffer): CapturedDatagram[] {
  const datagrams: CapturedDatagram[] = [];
  for (const { frameNumber, time, ip } of readIpv4Packets(file)) {
    const datagram = udpIn(ip);
    if (datagram) datagrams.push({ frameNumber, time, ...datagram });
  }
  return datagrams;
}
