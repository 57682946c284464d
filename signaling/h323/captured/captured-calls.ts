import type { TransportAddress } from '#codecs/media/description.ts';
import { readSignalAddress } from '../call/transport-address.ts';
import { type CallMessage, readCallMessage } from '../h225/message.ts';
import type { H245Message } from '../h245/message.ts';
import { h245 } from '../h245/types.ts';
import { TpktReader } from '../tpkt/tpkt.ts';
import { capturedStreams, captureNames } from './captured-messages.ts';

/** Who made the call, and who was called. */
export type Side = 'caller' | 'called';

/** A packet of a call: a message of call signalling, or one of H.245 on a connection of its own. */
export type CallStep = { readonly from: Side } & (
  | { readonly protocol: 'q931'; readonly message: CallMessage }
  | { readonly protocol: 'h245'; readonly message: H245Message }
);

/** What two endpoints said in one call, or on one leg of it where a gatekeeper stood between them. */
export interface CapturedCall {
  /** The file, and which of its calls: from 1, in the order of their Setup messages. */
  readonly name: string;
  readonly steps: readonly CallStep[];
}

/** One direction of a connection. */
interface Stream {
  readonly source: TransportAddress;
  readonly destination: TransportAddress;
  readonly protocol: CallStep['protocol'];
  readonly packets: readonly { readonly frameNumber: number; readonly contents: Buffer }[];
}

const Q931_DISCRIMINATOR = 0x08;

/** The other side of a call. */
export function otherSide(side: Side): Side {
  return side === 'caller' ? 'called' : 'caller';
}

/** The calls of all captures. */
export function allCapturedCalls(): CapturedCall[] {
  return captureNames().flatMap(capturedCalls);
}

/** The calls of a capture, each with what was said on its connections, in the order of the frames. */
export function capturedCalls(capture: string): CapturedCall[] {
  const streams = capturedStreams(capture).map(readStream);
  return streams
    .filter(({ protocol }) => protocol === 'q931')
    .flatMap((stream) => setupsOf(stream).map((setup) => ({ ...setup, stream })))
    .sort((one, other) => one.frameNumber - other.frameNumber)
    .map(({ stream, callReference }, index) => ({
      name: `${capture.replace(/\.pcap$/, '')} ${index + 1}`,
      steps: stepsOf(stream, callReference, streams),
    }));
}

/** The body of a message of call signalling; undefined where it has none that is known. */
export function bodyOf({ pdu }: CallMessage) {
  const body = pdu['h323-message-body'];
  return body.type === 'empty' || body.type === 'unknown' ? undefined : body;
}

/** Where a message of call signalling says that H.245 is taken. */
export function h245AddressOf(message: CallMessage): TransportAddress | undefined {
  const value = bodyOf(message)?.value;
  return value !== undefined && 'h245Address' in value ? readSignalAddress(value.h245Address) : undefined;
}

/** `fromCaller` brought the Setup. */
function stepsOf(fromCaller: Stream, callReference: number, streams: readonly Stream[]): CallStep[] {
  const fromCalled = streams.filter((stream) => isReverse(stream, fromCaller));
  const steps: { frameNumber: number; step: CallStep }[] = [];
  const take = (stream: Stream, from: Side) => {
    for (const { frameNumber, contents } of stream.packets) {
      steps.push({ frameNumber, step: readStep(contents, from, stream.protocol) });
    }
  };
  take(fromCaller, 'caller');
  for (const stream of fromCalled) {
    take(stream, 'called');
  }
  // A gatekeeper may say something of its own before, for no call.
  const own = steps.filter(({ step }) => step.protocol === 'q931' && step.message.callReference === callReference);
  // In every capture it is the called side that takes H.245's own connection.
  const places = own.flatMap(({ step }) => (step.protocol === 'q931' ? [h245AddressOf(step.message)] : []));
  for (const stream of streams.filter(({ protocol }) => protocol === 'h245')) {
    if (places.some((place) => isSame(place, stream.destination))) {
      take(stream, 'caller');
    } else if (places.some((place) => isSame(place, stream.source))) {
      take(stream, 'called');
    }
  }
  return steps
    .filter((one) => one.step.protocol === 'h245' || own.includes(one))
    .sort((one, other) => one.frameNumber - other.frameNumber)
    .map(({ step }) => step);
}

function readStep(contents: Buffer, from: Side, protocol: CallStep['protocol']): CallStep {
  return protocol === 'q931'
    ? { from, protocol, message: readCallMessage(contents) }
    : { from, protocol, message: h245.decode('MultimediaSystemControlMessage', contents) };
}

function setupsOf({ packets }: Stream): { readonly frameNumber: number; readonly callReference: number }[] {
  return packets.flatMap(({ frameNumber, contents }) => {
    const message = readCallMessage(contents);
    return message.type === 'setup' ? [{ frameNumber, callReference: message.callReference }] : [];
  });
}

function readStream({ source, destination, chunks }: ReturnType<typeof capturedStreams>[number]): Stream {
  const reader = new TpktReader();
  const packets = chunks.flatMap(({ frameNumber, data }) =>
    reader.push(data).map((contents) => ({ frameNumber, contents })),
  );
  const protocol = packets[0]?.contents[0] === Q931_DISCRIMINATOR ? 'q931' : 'h245';
  return { source, destination, protocol, packets };
}

function isReverse(one: Stream, other: Stream): boolean {
  return isSame(one.source, other.destination) && isSame(one.destination, other.source);
}

function isSame(one: TransportAddress | undefined, other: TransportAddress): boolean {
  return one?.address === other.address && one.port === other.port;
}
