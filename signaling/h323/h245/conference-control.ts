import type { Terminal, TerminalList } from '../../call/room-call.ts';
import { type H245Message, indication, response } from './message.ts';
import type { H245 } from './types.ts';

/** We are the only MCU of a conference. */
const MCU_NUMBER = 1;
/** The MC itself among the terminals. */
const OUR_NUMBER = 0;
/** Octets of a TerminalID, and terminals in a list. */
const LONGEST_NAME = 128;
const MOST_TERMINALS = 192;

type Label = H245<'TerminalLabel'>;

/**
 * The MC's side of a conference towards one room (H.245 §B.3.12, §B.14.9; H.243): numbers it, tells who comes and goes, answers who is there.
 * There is no chair, and nobody drops others or chooses what is seen.
 */
export class ConferenceControl {
  readonly #send: (message: H245Message) => void;
  readonly #name: string;
  #list: TerminalList | undefined;
  /** What the room knows: its own number, and that of each of the others. */
  #toldOwn: number | undefined;
  #told: ReadonlySet<number> = new Set();
  #isEstablished = false;

  /** `name`: ours, as an MCU above us may ask it. */
  constructor(name: string, send: (message: H245Message) => void) {
    this.#name = name;
    this.#send = send;
  }

  /** The control session is established: what is known is told. */
  established(): void {
    this.#isEstablished = true;
    this.#tell();
  }

  /** Who is there now. */
  show(list: TerminalList): void {
    this.#list = list;
    this.#tell();
  }

  /** The answer to a request; undefined where we do not have the function. */
  answer(request: H245<'ConferenceRequest'>): H245Message | undefined {
    switch (request.type) {
      case 'terminalListRequest':
        return this.#labels.length === 0
          ? undefined
          : response('conferenceResponse', { type: 'terminalListResponse', value: this.#labels });
      case 'requestTerminalID':
        return this.#identify(request.value);
      case 'requestAllTerminalIDs':
        return response('conferenceResponse', {
          type: 'requestAllTerminalIDsResponse',
          value: {
            terminalInformation: this.#terminals.map(({ number, name }) => ({
              terminalLabel: labelOf(number),
              terminalID: identifier(name),
            })),
          },
        });
      case 'enterH243TerminalID':
        return response('conferenceResponse', {
          type: 'terminalIDResponse',
          value: { terminalLabel: labelOf(OUR_NUMBER), terminalID: identifier(this.#name) },
        });
      case 'makeMeChair':
        return response('conferenceResponse', {
          type: 'makeMeChairResponse',
          value: { type: 'deniedChairToken', value: null },
        });
      case 'dropTerminal':
        return response('conferenceResponse', { type: 'terminalDropReject', value: null });
      case 'broadcastMyLogicalChannel':
        return response('conferenceResponse', {
          type: 'broadcastMyLogicalChannelResponse',
          value: { type: 'deniedBroadcastMyLogicalChannel', value: null },
        });
      case 'makeTerminalBroadcaster':
        return response('conferenceResponse', {
          type: 'makeTerminalBroadcasterResponse',
          value: { type: 'deniedMakeTerminalBroadcaster', value: null },
        });
      case 'sendThisSource':
        return response('conferenceResponse', {
          type: 'sendThisSourceResponse',
          value: { type: 'deniedSendThisSource', value: null },
        });
      case 'remoteMCRequest':
        return response('conferenceResponse', {
          type: 'remoteMCResponse',
          value: { type: 'reject', value: { type: 'functionNotSupported', value: null } },
        });
      default:
        return undefined;
    }
  }

  get #terminals(): readonly Terminal[] {
    return (this.#list?.terminals ?? [])
      .filter(({ number }) => number >= 1 && number <= MOST_TERMINALS)
      .slice(0, MOST_TERMINALS);
  }

  get #labels(): Label[] {
    return this.#terminals.map(({ number }) => labelOf(number));
  }

  #identify({ mcuNumber, terminalNumber }: Label): H245Message | undefined {
    const found =
      mcuNumber === MCU_NUMBER ? this.#terminals.find(({ number }) => number === terminalNumber) : undefined;
    return found === undefined
      ? undefined
      : response('conferenceResponse', {
          type: 'mCTerminalIDResponse',
          value: { terminalLabel: labelOf(found.number), terminalID: identifier(found.name) },
        });
  }

  #tell(): void {
    if (!this.#isEstablished || this.#list === undefined) {
      return;
    }
    const { own } = this.#list;
    if (own !== this.#toldOwn) {
      this.#toldOwn = own;
      this.#send(indication('conferenceIndication', { type: 'terminalNumberAssign', value: labelOf(own) }));
    }
    const others = new Set(this.#terminals.map(({ number }) => number).filter((number) => number !== own));
    for (const number of others) {
      if (!this.#told.has(number)) {
        this.#send(indication('conferenceIndication', { type: 'terminalJoinedConference', value: labelOf(number) }));
      }
    }
    for (const number of this.#told) {
      if (!others.has(number)) {
        this.#send(indication('conferenceIndication', { type: 'terminalLeftConference', value: labelOf(number) }));
      }
    }
    this.#told = others;
  }
}

function labelOf(terminalNumber: number): Label {
  return { mcuNumber: MCU_NUMBER, terminalNumber };
}

/** A name as octets; one that is empty, as H.245 has it no shorter than one. */
function identifier(name: string): Uint8Array {
  const octets = Buffer.from(name === '' ? '?' : name);
  if (octets.length <= LONGEST_NAME) {
    return octets;
  }
  // Not cut within a character.
  return Buffer.from(
    octets
      .subarray(0, LONGEST_NAME)
      .toString('utf8')
      .replace(/\ufffd+$/, ''),
  );
}
