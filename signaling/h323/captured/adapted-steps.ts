import type { TransportAddress } from '#codecs/media/description.ts';
import { writeSignalAddress } from '../call/transport-address.ts';
import type { H225 } from '../h225/types.ts';
import type { H245Message } from '../h245/message.ts';
import { type H245, h245 } from '../h245/types.ts';
import { bodyOf, type CallStep, h245AddressOf, type Side } from './captured-calls.ts';
import { controlIn, fastStartIn, kindOfMedium, mediumOf } from './step-contents.ts';

type OpenLogicalChannel = H245<'OpenLogicalChannel'>;
type Body = H225<'H323-UU-PDU'>['h323-message-body'];

/** What a captured packet must say otherwise to be of a call with us: what each side names is learned from its packets. */
export class StepAdaptation {
  readonly #plays: Side;
  readonly #dials: string | undefined;
  readonly #h245Address: () => TransportAddress | undefined;
  /** Channels of the captured other side, by what they carry. */
  readonly #captured = new Map<number, string>();
  readonly #ours = new Map<string, OpenLogicalChannel>();
  #call: { readonly reference: number; readonly identifier: Uint8Array; readonly conference: Uint8Array } | undefined;
  #sequenceNumber = 1;
  #proposals: readonly OpenLogicalChannel[] = [];
  #terminalTypes: { theirs: number; ours: number } = { theirs: 0, ours: 0 };
  #ownRole: string | undefined;

  /** `plays` is the side of the peer, `dials` what it dials in place of what was dialled; `h245Address` where it takes H.245 itself. */
  constructor(
    {
      plays,
      other,
      dials,
    }: { readonly plays: Side; readonly other: readonly CallStep[]; readonly dials?: string | undefined },
    h245Address: () => TransportAddress | undefined,
  ) {
    this.#plays = plays;
    this.#dials = dials;
    this.#h245Address = h245Address;
    for (const message of other.flatMap(controlIn)) {
      const open = openIn(message);
      if (open !== undefined) {
        this.#captured.set(open.forwardLogicalChannelNumber, kindOf(open));
      }
    }
  }

  /** Takes in a packet of the side under test. */
  learn(step: CallStep): void {
    if (step.protocol === 'q931') {
      const body = bodyOf(step.message);
      if (body?.type === 'setup') {
        this.#proposals = fastStartIn(step);
        this.#call = {
          reference: step.message.callReference,
          identifier: body.value.callIdentifier?.guid ?? body.value.conferenceID,
          conference: body.value.conferenceID,
        };
      }
    }
    for (const message of controlIn(step)) {
      this.#learnControl(message);
    }
  }

  /** The packet as it is to be sent; undefined where nothing of it makes sense here: an answer to what was never asked. */
  adapt(step: CallStep): CallStep | undefined {
    if (step.protocol === 'h245') {
      const message = this.#adaptControl(step.message);
      return message === undefined ? undefined : { ...step, message };
    }
    const { message } = step;
    const control = message.pdu.h245Control?.map((octets) => h245.decode('MultimediaSystemControlMessage', octets));
    const adapted = control?.map((one) => this.#adaptControl(one)).filter((one) => one !== undefined);
    const isEmpty = control !== undefined && adapted?.length === 0;
    if (isEmpty && message.type === 'facility') {
      return undefined;
    }
    return {
      ...step,
      message: {
        ...message,
        callReference: this.#call?.reference ?? message.callReference,
        pdu: {
          ...message.pdu,
          'h323-message-body': this.#adaptBody(step, message.pdu['h323-message-body']),
          ...(adapted === undefined
            ? {}
            : { h245Control: adapted.map((one) => h245.encode('MultimediaSystemControlMessage', one)) }),
        },
      },
    };
  }

  #adaptBody(step: CallStep, body: Body): Body {
    const h245Address = this.#h245Address();
    const takesH245 = step.protocol === 'q931' && h245AddressOf(step.message) !== undefined;
    if (body.type === 'setup' && this.#dials !== undefined) {
      const destinationAddress = [{ type: 'dialedDigits', value: this.#dials }] as const;
      return { type: 'setup', value: { ...body.value, destinationAddress } };
    }
    return withFields(body, {
      ...(this.#call === undefined
        ? {}
        : { callIdentifier: { guid: this.#call.identifier }, conferenceID: this.#call.conference }),
      ...(takesH245 && h245Address !== undefined ? { h245Address: writeSignalAddress(h245Address) } : {}),
      ...(this.#plays === 'called' ? { fastStart: this.#adaptFastStart(fastStartIn(step)) } : {}),
    });
  }

  /** Answers name the proposals that they answer, where we are the ones who send. */
  #adaptFastStart(answers: readonly OpenLogicalChannel[]): Uint8Array[] {
    return answers.map((answer) => {
      const wanted = mediumOf(answer.forwardLogicalChannelParameters.dataType);
      const proposal = this.#proposals.find(
        ({ forwardLogicalChannelParameters: { dataType } }) => wanted !== 'nullData' && mediumOf(dataType) === wanted,
      );
      const { forwardLogicalChannelNumber } = proposal ?? answer;
      return h245.encode('OpenLogicalChannel', { ...answer, forwardLogicalChannelNumber });
    });
  }

  #learnControl(message: H245Message): void {
    const open = openIn(message);
    if (open !== undefined) {
      this.#ours.set(kindOf(open), open);
    }
    if (message.type === 'request' && message.value.type === 'terminalCapabilitySet') {
      this.#sequenceNumber = message.value.value.sequenceNumber;
    }
    if (message.type === 'request' && message.value.type === 'masterSlaveDetermination') {
      this.#terminalTypes = { ...this.#terminalTypes, ours: message.value.value.terminalType };
    }
    if (message.type === 'response' && message.value.type === 'masterSlaveDeterminationAck') {
      // What an acknowledgement says is what its receiver is (H.245 §C.2.3).
      this.#ownRole = message.value.value.decision.type;
    }
  }

  #adaptControl(message: H245Message): H245Message | undefined {
    switch (message.type) {
      case 'request':
        if (message.value.type === 'masterSlaveDetermination') {
          this.#terminalTypes = { ...this.#terminalTypes, theirs: message.value.value.terminalType };
        }
        return message;
      case 'response':
        return this.#adaptResponse(message);
      case 'command':
        return this.#adaptCommand(message);
      default:
        return message;
    }
  }

  #adaptResponse(message: Extract<H245Message, { type: 'response' }>): H245Message | undefined {
    const { value: body } = message;
    switch (body.type) {
      case 'terminalCapabilitySetAck': {
        const value = { ...body.value, sequenceNumber: this.#sequenceNumber };
        return { ...message, value: { ...body, value } };
      }
      case 'masterSlaveDeterminationAck': {
        const type = this.#roleOfOther() ?? body.value.decision.type;
        return type === 'unknown'
          ? message
          : { ...message, value: { ...body, value: { ...body.value, decision: { type, value: null } } } };
      }
      case 'openLogicalChannelAck': {
        const open = this.#oursLike(body.value.forwardLogicalChannelNumber);
        return open === undefined
          ? undefined
          : { ...message, value: { ...body, value: acknowledging(open, body.value) } };
      }
      default:
        return message;
    }
  }

  #adaptCommand(message: Extract<H245Message, { type: 'command' }>): H245Message | undefined {
    const { value: body } = message;
    if (body.type !== 'miscellaneousCommand') {
      return message;
    }
    const number = this.#oursLike(body.value.logicalChannelNumber)?.forwardLogicalChannelNumber;
    const value = { ...body.value, logicalChannelNumber: number ?? 0 };
    return number === undefined ? undefined : { ...message, value: { ...body, value } };
  }

  /** The channel that is here what number `captured` was in the capture. */
  #oursLike(captured: number): OpenLogicalChannel | undefined {
    return this.#ours.get(this.#captured.get(captured) ?? '');
  }

  /** What the side under test is. */
  #roleOfOther(): 'master' | 'slave' | undefined {
    const { theirs, ours } = this.#terminalTypes;
    switch (this.#ownRole) {
      case 'master':
        return 'slave';
      case 'slave':
        return 'master';
      default:
        return theirs === ours ? undefined : ours > theirs ? 'master' : 'slave';
    }
  }
}

function openIn(message: H245Message): OpenLogicalChannel | undefined {
  return message.type === 'request' && message.value.type === 'openLogicalChannel' ? message.value.value : undefined;
}

function kindOf({ forwardLogicalChannelParameters: { dataType } }: OpenLogicalChannel): string {
  return kindOfMedium(mediumOf(dataType));
}

/** An acknowledgement as the peer would give it to this channel: it names the payload type that it was told. */
function acknowledging(open: OpenLogicalChannel, ack: H245<'OpenLogicalChannelAck'>): H245<'OpenLogicalChannelAck'> {
  const { forwardLogicalChannelNumber } = open;
  const asked = open.forwardLogicalChannelParameters.multiplexParameters;
  const given = ack.forwardMultiplexAckParameters;
  if (asked.type !== 'h2250LogicalChannelParameters' || given?.type !== 'h2250LogicalChannelAckParameters') {
    return { ...ack, forwardLogicalChannelNumber };
  }
  const { dynamicRTPPayloadType: captured, ...rest } = given.value;
  const { dynamicRTPPayloadType = captured } = asked.value;
  const value = { ...rest, ...(dynamicRTPPayloadType === undefined ? {} : { dynamicRTPPayloadType }) };
  return { ...ack, forwardLogicalChannelNumber, forwardMultiplexAckParameters: { type: given.type, value } };
}

/** The body with those of the fields changed that it has. */
function withFields(body: Body, fields: Readonly<Record<string, unknown>>): Body;
function withFields(
  { type, value }: { readonly type: string; readonly value?: unknown },
  fields: Readonly<Record<string, unknown>>,
): unknown {
  const changed = Object.entries(fields).filter(
    ([name]) => typeof value === 'object' && value !== null && name in value,
  );
  return changed.length === 0 ? { type, value } : { type, value: { ...Object(value), ...Object.fromEntries(changed) } };
}
