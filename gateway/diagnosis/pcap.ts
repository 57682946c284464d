import { writeTpkt } from '#signaling/h323/tpkt/tpkt.ts';
import { plainAddress } from '#signaling/network/plain-address.ts';
import type { CallTrace } from './call-trace.ts';
import type { H323Event } from './h323-event.ts';
import { type Datagram, tcpPacket, udpPacket } from './ip-packet.ts';
import { type RtcpEvent, type SipEvent, timeline } from './timeline.ts';

/** The classic format in microseconds (draft-ietf-opsawg-pcap §4), written most significant octet first. */
const MAGIC = 0xa1b2c3d4;
const MAJOR = 2;
const MINOR = 4;
const SNAPSHOT_LENGTH = 262_144;
/** LINKTYPE_RAW: each packet begins with its IP header. */
const LINK_TYPE = 101;
/** Octets of one TCP segment; IP counts no more than 65535 with its headers. */
const LONGEST_SEGMENT = 32_768;
/** Octets of UDP payload that fit into an IP packet of either version. */
const LONGEST_DATAGRAM = 65_507;

/**
 * Messages of SIP or H.323 and RTCP of a call as a capture file that Wireshark and tshark read. Secrets are masked, which shortens
 * messages; their TCP segments are numbered as if these had been sent. Messages of pages are not in it.
 */
export function pcapOf(trace: CallTrace): Buffer {
  const events = timeline(trace);
  const ours = addressesOf(events.find((event) => event.kind === 'sip' || event.kind === 'h323'));
  const streams = new TcpStreams();
  const records = events.flatMap((event): Buffer[] => {
    switch (event.kind) {
      case 'sip':
        return sipPackets(event, streams).map((packet) => record(event.at, packet));
      case 'h323':
        return h323Packets(event, streams).map((packet) => record(event.at, packet));
      case 'rtcp':
        return [record(event.at, udpPacket(rtcpDatagram(event, ours)))];
      default:
        return [];
    }
  });
  return Buffer.concat([fileHeader(), ...records]);
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16BE(MAJOR, 4);
  header.writeUInt16BE(MINOR, 6);
  header.writeUInt32BE(SNAPSHOT_LENGTH, 16);
  header.writeUInt32BE(LINK_TYPE, 20);
  return header;
}

function record(at: number, packet: Buffer): Buffer {
  const micros = Math.round(at * 1000);
  const header = Buffer.alloc(16);
  header.writeUInt32BE(Math.floor(micros / 1e6), 0);
  header.writeUInt32BE(micros % 1e6, 4);
  header.writeUInt32BE(packet.length, 8);
  header.writeUInt32BE(packet.length, 12);
  return Buffer.concat([header, packet]);
}

function sipPackets({ direction, protocol, local, remote, text }: SipEvent, streams: TcpStreams): Buffer[] {
  const payload = Buffer.from(text, 'latin1');
  const [from, to] = direction === 'in' ? [remote, local] : [local, remote];
  if (protocol === 'tcp') {
    return streams.packets({ from, to, payload });
  }
  return payload.length > LONGEST_DATAGRAM ? [] : [udpPacket({ from, to, payload })];
}

function h323Packets({ direction, local, remote, packet }: H323Event, streams: TcpStreams): Buffer[] {
  const [from, to] = direction === 'in' ? [remote, local] : [local, remote];
  return packet === undefined ? [] : streams.packets({ from, to, payload: writeTpkt(packet) });
}

/** Numbers the octets of each direction of each connection from where a first one would stand. */
class TcpStreams {
  readonly #next = new Map<string, number>();

  packets({ from, to, payload }: Datagram): Buffer[] {
    const [ahead, back] = [
      `${from.address} ${from.port} ${to.address} ${to.port}`,
      `${to.address} ${to.port} ${from.address} ${from.port}`,
    ];
    const packets: Buffer[] = [];
    for (let offset = 0; offset < payload.length; offset += LONGEST_SEGMENT) {
      const part = payload.subarray(offset, offset + LONGEST_SEGMENT);
      const sequence = this.#next.get(ahead) ?? 1;
      packets.push(tcpPacket({ from, to, payload: part }, sequence, this.#next.get(back) ?? 1));
      this.#next.set(ahead, sequence + part.length);
    }
    return packets;
  }
}

function rtcpDatagram({ direction, localPort, remote, bytes }: RtcpEvent, ours: string | undefined): Datagram {
  // The engine listens on all addresses: the one that SIP uses towards this party is most likely the one of its media.
  const isSameFamily = ours !== undefined && ours.includes(':') === remote.address.includes(':');
  const fallback = remote.address.includes(':') ? '::1' : '127.0.0.1';
  const local = { address: isSameFamily ? ours : fallback, port: localPort };
  const peer = { address: plainAddress(remote.address), port: remote.port };
  return direction === 'in' ? { from: peer, to: local, payload: bytes } : { from: local, to: peer, payload: bytes };
}

function addressesOf(event: { readonly kind: string } | SipEvent | H323Event | undefined): string | undefined {
  return event !== undefined && 'local' in event ? event.local.address : undefined;
}
