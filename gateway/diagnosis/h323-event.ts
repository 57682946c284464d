import { textOfAlias } from '#signaling/h323/call/dialled.ts';
import { readSignalAddress } from '#signaling/h323/call/transport-address.ts';
import type { CallMessage } from '#signaling/h323/h225/message.ts';
import type { H225 } from '#signaling/h323/h225/types.ts';
import { h245 } from '#signaling/h323/h245/types.ts';
import { readCause, readNumber } from '#signaling/h323/q931/elements.ts';
import { elementOf } from '#signaling/h323/q931/message.ts';
import { channelWords, h245Words } from './h245-words.ts';
import { maskCallSignalling, maskControl } from './mask-h323.ts';
import type { H323Entry } from './trace-entry.ts';

/** An H.323 message without its secrets. */
export interface H323Event extends Omit<H323Entry, 'packet'> {
  /** The message in a line. */
  readonly words: string;
  /** What travels in it, a line each: proposals of fast start, messages of H.245. */
  readonly inside: readonly string[];
  /** The contents of the TPKT packet; undefined where they cannot be read, and so nobody knows what secrets are in them. */
  readonly packet: Uint8Array | undefined;
}

/** What an entry of a trace tells outside. */
export function h323Event({ packet, ...entry }: H323Entry): H323Event {
  if (entry.channel === 'control') {
    const shown = maskControl(packet);
    return shown === undefined
      ? { ...entry, ...unreadable(packet) }
      : { ...entry, words: h245Words(shown.message), inside: [], packet: shown.packet };
  }
  const shown = maskCallSignalling(packet);
  return shown === undefined
    ? { ...entry, ...unreadable(packet) }
    : { ...entry, words: callWords(shown.message), inside: insideOf(shown.message), packet: shown.packet };
}

function unreadable({ length }: Uint8Array): Pick<H323Event, 'words' | 'inside' | 'packet'> {
  return { words: `${length} octets that cannot be read`, inside: [], packet: undefined };
}

function callWords(message: CallMessage): string {
  const { type, pdu } = message;
  const body = pdu['h323-message-body'];
  const name = `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;
  switch (body.type) {
    case 'setup': {
      const aliases = (body.value.destinationAddress ?? []).map(textOfAlias).filter((text) => text !== undefined);
      const called = aliases[0] ?? readNumber(elementOf(message, 'calledPartyNumber'));
      return called === undefined ? name : `${name} to ${called}`;
    }
    case 'facility':
      return `${name}: ${body.value.reason.type}`;
    case 'releaseComplete': {
      const cause = readCause(elementOf(message, 'cause'))?.value;
      const why = [body.value.reason?.type, cause === undefined ? undefined : `cause ${cause}`];
      const known = why.filter((part) => part !== undefined);
      return known.length === 0 ? name : `${name}: ${known.join(', ')}`;
    }
    default:
      return name;
  }
}

function insideOf({ pdu }: CallMessage): string[] {
  const { h245Address, fastStart = [], parallelH245Control = [] } = partsOf(pdu['h323-message-body']);
  const control = readSignalAddress(h245Address);
  return [
    ...(control === undefined ? [] : [`H.245 is taken at ${control.address}:${control.port}`]),
    // What could not be read was left out when secrets were masked.
    ...fastStart.map((octets) => `fast start: ${channelWords(h245.decode('OpenLogicalChannel', octets))}`),
    ...[...parallelH245Control, ...(pdu.h245Control ?? [])].map(
      (octets) => `H.245 ${h245Words(h245.decode('MultimediaSystemControlMessage', octets))}`,
    ),
  ];
}

type Body = CallMessage['pdu']['h323-message-body'];
type Parts = Pick<H225<'Setup-UUIE'>, 'h245Address' | 'fastStart' | 'parallelH245Control'>;

/** What of H.245 stands in a message. */
function partsOf(body: Body): Parts {
  switch (body.type) {
    case 'setup':
    case 'callProceeding':
    case 'progress':
    case 'alerting':
    case 'connect':
    case 'facility':
      return body.value;
    default:
      return {};
  }
}
