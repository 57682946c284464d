import { type H245Message, indication, request, response } from './message.ts';
import { Timer } from './timer.ts';
import type { H245 } from './types.ts';

/** Our capabilities, without the number that each sending has. */
export type OwnCapabilities = Omit<H245<'TerminalCapabilitySet'>, 'sequenceNumber'>;

/** Where messages and results of the capability exchange go (H.245 §8.3). */
export interface CapabilityExchangeOptions {
  readonly send: (message: H245Message) => void;
  /** The other side's capabilities came: the same object for the whole set, `empty` where it can receive nothing now (H.323 §8.4.6). */
  readonly received: (capabilities: H245<'TerminalCapabilitySet'>, isEmpty: boolean) => void;
  /** The other side has taken ours. */
  readonly accepted: () => void;
  /** The other side refuses ours or never answers. */
  readonly failed: (why: string) => void;
}

/** T101 of H.245, ms. */
const ANSWER_TIME = 15_000;

/** Tells our capabilities and takes theirs (H.245 §8.3, §C.3), each any number of times. */
export class CapabilityExchange {
  readonly #options: CapabilityExchangeOptions;
  readonly #timer = new Timer();
  #sequenceNumber = 0;
  #isWaiting = false;
  /** What is to be told when the set before it was answered. */
  #next: OwnCapabilities | undefined;
  #isAccepted = false;
  /** Ours, as they were told last. */
  #told: OwnCapabilities | undefined;
  #theirs: H245<'TerminalCapabilitySet'> | undefined;

  constructor(options: CapabilityExchangeOptions) {
    this.#options = options;
  }

  get timer(): Timer {
    return this.#timer;
  }

  /** Whether the other side has taken a set of ours. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** What the other side said last. */
  get theirs(): H245<'TerminalCapabilitySet'> | undefined {
    return this.#theirs;
  }

  /** Tells our capabilities; while a set is unanswered, the newest waits. */
  tell(capabilities: OwnCapabilities, now: number): void {
    if (this.#isWaiting) {
      this.#next = capabilities;
      return;
    }
    this.#told = capabilities;
    this.#sequenceNumber = (this.#sequenceNumber % 255) + 1;
    this.#isWaiting = true;
    this.#send(capabilities, now);
  }

  /** Tells the set again that is not answered yet: it was lost. */
  repeat(now: number): void {
    if (this.#isWaiting && this.#told !== undefined) {
      this.#send(this.#told, now);
    }
  }

  /** Tells the same again, because the other side asks for it (H.245 §B.13.1); nothing where it is still unanswered. */
  tellAgain(now: number): void {
    if (this.#told !== undefined && !this.#isWaiting) {
      this.tell(this.#told, now);
    }
  }

  /** What was taken counts no more: the next set must be taken anew. */
  restart(): void {
    this.#isAccepted = false;
  }

  onRequest(theirs: H245<'TerminalCapabilitySet'>): void {
    const { sequenceNumber } = theirs;
    const undefinedEntry = namesUndefinedEntry(theirs);
    if (undefinedEntry) {
      this.#options.send(
        response('terminalCapabilitySetReject', {
          sequenceNumber,
          cause: { type: 'undefinedTableEntryUsed', value: null },
        }),
      );
      return;
    }
    const whole = withTable(theirs, this.#theirs);
    this.#theirs = whole;
    this.#options.send(response('terminalCapabilitySetAck', { sequenceNumber }));
    this.#options.received(whole, isEmpty(whole));
  }

  onAck({ sequenceNumber }: H245<'TerminalCapabilitySetAck'>, now: number): void {
    if (this.#isWaiting && sequenceNumber === this.#sequenceNumber) {
      this.#answered(now);
      this.#isAccepted = true;
      this.#options.accepted();
    }
  }

  onReject({ sequenceNumber, cause }: H245<'TerminalCapabilitySetReject'>, now: number): void {
    if (this.#isWaiting && sequenceNumber === this.#sequenceNumber) {
      this.#answered(now);
      this.#options.failed(cause.type);
    }
  }

  tick(now: number): void {
    if (this.#timer.expire(now)) {
      this.#isWaiting = false;
      this.#next = undefined;
      this.#options.send(indication('terminalCapabilitySetRelease', {}));
      this.#options.failed('timeout');
    }
  }

  #send(capabilities: OwnCapabilities, now: number): void {
    this.#timer.start(now, ANSWER_TIME);
    this.#options.send(request('terminalCapabilitySet', { ...capabilities, sequenceNumber: this.#sequenceNumber }));
  }

  #answered(now: number): void {
    this.#isWaiting = false;
    this.#timer.stop();
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) {
      this.tell(next, now);
    }
  }
}

/** A set that changes the descriptors only speaks of the table before (H.245 §B.2.2.2). */
function withTable(
  set: H245<'TerminalCapabilitySet'>,
  before: H245<'TerminalCapabilitySet'> | undefined,
): H245<'TerminalCapabilitySet'> {
  const { capabilityTable, capabilityDescriptors = [], multiplexCapability } = set;
  if (capabilityTable !== undefined || capabilityDescriptors.length === 0 || before?.capabilityTable === undefined) {
    return set;
  }
  const multiplex = multiplexCapability ?? before.multiplexCapability;
  return {
    ...set,
    capabilityTable: before.capabilityTable,
    ...(multiplex === undefined ? {} : { multiplexCapability: multiplex }),
  };
}

/** No capabilities at all: the other side wants to receive nothing for now (H.323 §8.4.6). */
function isEmpty({ capabilityTable = [], capabilityDescriptors = [] }: H245<'TerminalCapabilitySet'>): boolean {
  return capabilityTable.length === 0 && capabilityDescriptors.length === 0;
}

function namesUndefinedEntry({ capabilityTable, capabilityDescriptors }: H245<'TerminalCapabilitySet'>): boolean {
  if (capabilityTable === undefined) {
    // It changes the descriptors only, which speak of the table before (H.245 §B.2.2.2).
    return false;
  }
  const defined = new Set<number>();
  for (const { capabilityTableEntryNumber } of capabilityTable) {
    defined.add(capabilityTableEntryNumber);
  }
  const named = (capabilityDescriptors ?? []).flatMap(({ simultaneousCapabilities }) => simultaneousCapabilities ?? []);
  return named.flat().some((entry) => !defined.has(entry));
}
