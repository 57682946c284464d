import { readdirSync, readFileSync } from 'node:fs';
import { readUdpDatagrams } from '#codecs/vectors/pcap.ts';
import { type CapturedStream, readTcpStreams } from '#codecs/vectors/tcp-streams.ts';
import { h225 } from '../h225/types.ts';
import { elementOf, readQ931 } from '../q931/message.ts';
import { TpktReader } from '../tpkt/tpkt.ts';

/** What of a capture is read as an ASN.1 type of its own. */
export type CapturedType =
  | 'H323-UserInformation'
  | 'RasMessage'
  | 'MultimediaSystemControlMessage'
  /** An element of fastStart. */
  | 'OpenLogicalChannel';

/** A value in aligned PER that an endpoint of somebody else sent. */
export interface CapturedMessage {
  /** Name of the file. */
  readonly capture: string;
  /** Of the frame that brought its last octet, from 1. */
  readonly frameNumber: number;
  readonly type: CapturedType;
  /** By which way: call signalling on TCP, H.245's own TCP connection, RAS on UDP, or inside a message of call signalling. */
  readonly way: 'call-signalling' | 'h245' | 'ras' | 'tunnel' | 'parallel' | 'fast-start';
  readonly octets: Uint8Array;
}

/** A TPKT packet's contents, as a stream brought it. */
export interface CapturedContents {
  readonly capture: string;
  readonly frameNumber: number;
  readonly protocol: 'q931' | 'h245';
  readonly contents: Buffer;
}

const CAPTURES = new URL('../vectors/captures/', import.meta.url);
const Q931_DISCRIMINATOR = 0x08;
const RAS_PORT = 1719;
const ASN1_DISCRIMINATOR = 5;

/** Names of the captures. */
export function captureNames(): string[] {
  return readdirSync(CAPTURES)
    .filter((name) => name.endsWith('.pcap'))
    .sort();
}

/** Where a capture is. */
export function captureUrl(name: string): URL {
  return new URL(name, CAPTURES);
}

/** The streams of a capture: all carry TPKT packets. */
export function capturedStreams(capture: string): CapturedStream[] {
  return readTcpStreams(readFileSync(captureUrl(capture)));
}

/** The contents of all TPKT packets of a capture, in the order in which they were whole. Throws where one is cut off. */
export function capturedContents(capture: string): CapturedContents[] {
  const contents: CapturedContents[] = [];
  for (const { chunks } of capturedStreams(capture)) {
    const reader = new TpktReader();
    const packets = chunks.flatMap(({ frameNumber, data }) =>
      reader.push(data).map((packet) => ({ frameNumber, contents: packet })),
    );
    // A connection carries one of the two; the first message of H.245 is never the request for a mode that begins with the same octet.
    const protocol = packets[0]?.contents[0] === Q931_DISCRIMINATOR ? 'q931' : 'h245';
    contents.push(...packets.map((packet) => ({ capture, protocol, ...packet }) as const));
    if (reader.pending > 0) throw new Error(`${capture}: a stream ends within a packet`);
  }
  return contents.sort((one, other) => one.frameNumber - other.frameNumber);
}

/** RAS datagrams of a capture. */
export function capturedRas(capture: string): CapturedMessage[] {
  return readUdpDatagrams(readFileSync(captureUrl(capture)))
    .filter(({ source, destination }) => source.port === RAS_PORT || destination.port === RAS_PORT)
    .map(({ frameNumber, payload }) => ({ capture, frameNumber, type: 'RasMessage', way: 'ras', octets: payload }));
}

/** Every message of a capture, those inside others behind the one that carries them, in the order of their frames. */
export function capturedMessages(capture: string): CapturedMessage[] {
  return [...capturedContents(capture).flatMap(messagesIn), ...capturedRas(capture)].sort(
    (one, other) => one.frameNumber - other.frameNumber,
  );
}

/** Every message of all captures. */
export function allCapturedMessages(): CapturedMessage[] {
  return captureNames().flatMap(capturedMessages);
}

function messagesIn({ capture, frameNumber, protocol, contents }: CapturedContents): CapturedMessage[] {
  const seen = { capture, frameNumber };
  if (protocol === 'h245') {
    return [{ ...seen, type: 'MultimediaSystemControlMessage', way: 'h245', octets: contents }];
  }
  const userUser = elementOf(readQ931(contents), 'userUser');
  if (userUser?.[0] !== ASN1_DISCRIMINATOR) throw new Error(`${capture}: a message without what H.225.0 says`);
  const octets = userUser.subarray(1);
  const { 'h323-uu-pdu': pdu } = h225.decode('H323-UserInformation', octets);
  const body = pdu['h323-message-body'].type === 'unknown' ? undefined : pdu['h323-message-body'].value;
  const inside = (way: CapturedMessage['way'], type: CapturedType, values: readonly Uint8Array[] = []) =>
    values.map((value): CapturedMessage => ({ ...seen, way, type, octets: value }));
  const fastStart = body && 'fastStart' in body ? body.fastStart : undefined;
  const parallel = body && 'parallelH245Control' in body ? body.parallelH245Control : undefined;
  return [
    { ...seen, type: 'H323-UserInformation', way: 'call-signalling', octets },
    ...inside('fast-start', 'OpenLogicalChannel', fastStart),
    ...inside('parallel', 'MultimediaSystemControlMessage', parallel),
    ...inside('tunnel', 'MultimediaSystemControlMessage', pdu.h245Control),
  ];
}
