import { CapabilityExchange, type OwnCapabilities } from './capability-exchange.ts';
import { Channels } from './channels.ts';
import { refuseContentToken } from './content-token.ts';
import { MasterSlaveDetermination, type Role } from './master-slave.ts';
import { command, type H245Message, indication, response } from './message.ts';
import { RoundTrip } from './round-trip.ts';
import type { FlowScope, SessionOutput } from './session-output.ts';
import type { H245 } from './types.ts';

/** Our part in the master slave determination. */
export interface SessionOptions {
  /** H.323 table 1. */
  readonly terminalType: number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Units of H.245's bit rates, bit/s. */
const RATE_UNIT = 100;

/**
 * The control session of a call (H.245): every procedure, over whatever carries its messages. Pure: time in ms is given, messages
 * go to `output.send`.
 */
export class H245Session {
  readonly #output: SessionOutput;
  readonly #masterSlave: MasterSlaveDetermination;
  readonly #exchange: CapabilityExchange;
  readonly #channels: Channels;
  readonly #roundTrip: RoundTrip;
  #isEstablished = false;
  #isEnded = false;

  constructor({ terminalType, random }: SessionOptions, output: SessionOutput) {
    this.#output = output;
    const send = (message: H245Message) => output.send(message);
    this.#masterSlave = new MasterSlaveDetermination({
      terminalType,
      random,
      send,
      determined: () => this.#establish(),
      failed: () => output.failed('master-slave', 'no answer or no result'),
    });
    this.#exchange = new CapabilityExchange({
      send,
      received: (theirs, isEmpty) => {
        output.capabilities(theirs, isEmpty);
        this.#establish();
      },
      accepted: () => this.#establish(),
      failed: (why) => output.failed('capabilities', why),
    });
    this.#channels = new Channels(output, () => this.#masterSlave.role);
    this.#roundTrip = new RoundTrip({
      send,
      measured: (time) => output.roundTrip(time),
      unanswered: (askedAt) => output.roundTripUnanswered(askedAt),
    });
  }

  get role(): Role | undefined {
    return this.#masterSlave.role;
  }

  /** Whether channels may be opened. */
  get isEstablished(): boolean {
    return this.#isEstablished;
  }

  /** Their capabilities, once they came. */
  get theirs(): H245<'TerminalCapabilitySet'> | undefined {
    return this.#exchange.theirs;
  }

  get channels(): Channels {
    return this.#channels;
  }

  /** Begins: tells our capabilities and asks who is master. */
  start(capabilities: OwnCapabilities, now: number): void {
    this.#exchange.tell(capabilities, now);
    this.#masterSlave.start(now);
  }

  /** Says again what was begun and is not answered: what carries the messages changed before the other side heard them. */
  repeat(now: number): void {
    this.#exchange.repeat(now);
    this.#masterSlave.repeat(now);
  }

  /** Begins anew as at first: after a pause somebody else may be at the other end (H.323 §8.4.6). Channels that are open stay. */
  restart(capabilities: OwnCapabilities, now: number): void {
    this.#isEstablished = false;
    this.#exchange.restart();
    this.start(capabilities, now);
  }

  /** Tells changed capabilities. */
  tell(capabilities: OwnCapabilities, now: number): void {
    this.#exchange.tell(capabilities, now);
  }

  /** Asks whether the other side is still there. */
  askRoundTrip(now: number): void {
    this.#roundTrip.ask(now);
  }

  /** Asks for a whole new picture on a channel of theirs (H.245 §B.13.5). */
  requestPicture(logicalChannelNumber: number): void {
    this.#output.send(
      command('miscellaneousCommand', { logicalChannelNumber, type: { type: 'videoFastUpdatePicture', value: null } }),
    );
  }

  /** Asks to be sent at most `bitRate` bit/s; undefined lifts the limit (H.245 §B.13.4). */
  limit(scope: FlowScope, bitRate: number | undefined): void {
    this.#output.send(
      command('flowControlCommand', {
        scope:
          scope === 'all' ? { type: 'wholeMultiplex', value: null } : { type: 'logicalChannelNumber', value: scope },
        restriction:
          bitRate === undefined
            ? { type: 'noRestriction', value: null }
            : { type: 'maximumBitRate', value: Math.max(0, Math.min(16_777_215, Math.floor(bitRate / RATE_UNIT))) },
      }),
    );
  }

  /** Sends a pressed key (H.245 §B.14.7). */
  press(digit: string): void {
    this.#output.send(indication('userInput', { type: 'alphanumeric', value: digit }));
  }

  /** Ends the session; nothing is sent after it. */
  end(): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#output.send(command('endSessionCommand', { type: 'disconnect', value: null }));
    }
  }

  receive(message: H245Message, now: number): void {
    switch (message.type) {
      case 'request':
        this.#onRequest(message.value, now);
        break;
      case 'response':
        this.#onResponse(message.value, now);
        break;
      case 'command':
        this.#onCommand(message.value, now);
        break;
      case 'indication':
        this.#onIndication(message.value);
        break;
      case 'unknown':
        this.#notSupported();
        break;
    }
  }

  /** Lets the procedures' times run out. */
  tick(now: number): void {
    this.#masterSlave.tick(now);
    this.#exchange.tick(now);
    this.#channels.tick(now);
    this.#roundTrip.tick(now);
  }

  /** Both sides must have told their capabilities: what we open before we know theirs they may not take (H.323 §8.2). */
  #establish(): void {
    const role = this.#masterSlave.role;
    const isTold = this.#exchange.isAccepted && this.#exchange.theirs !== undefined;
    if (!this.#isEstablished && role !== undefined && isTold) {
      this.#isEstablished = true;
      this.#output.established(role);
    }
  }

  #onRequest(message: H245<'RequestMessage'>, now: number): void {
    switch (message.type) {
      case 'masterSlaveDetermination':
        this.#masterSlave.onRequest(message.value, now);
        break;
      case 'terminalCapabilitySet':
        this.#exchange.onRequest(message.value);
        break;
      case 'openLogicalChannel':
        this.#channels.onOpen(message.value);
        break;
      case 'closeLogicalChannel':
        this.#channels.onClose(message.value);
        break;
      case 'requestChannelClose':
        this.#channels.onCloseRequested(message.value, now);
        break;
      case 'requestMode':
        this.#onModeRequested(message.value);
        break;
      case 'roundTripDelayRequest':
        this.#roundTrip.onRequest(message.value);
        break;
      case 'unknown':
        this.#notSupported();
        break;
      default: {
        const refusal = message.type === 'genericRequest' ? refuseContentToken(message.value) : undefined;
        if (refusal !== undefined) {
          this.#output.send(refusal);
        } else if (!this.#output.other({ type: 'request', value: message })) {
          this.#notUnderstood({ type: 'request', value: message });
        }
      }
    }
  }

  #onResponse(message: H245<'ResponseMessage'>, now: number): void {
    switch (message.type) {
      case 'masterSlaveDeterminationAck':
        this.#masterSlave.onAck(message.value);
        break;
      case 'masterSlaveDeterminationReject':
        this.#masterSlave.onReject(now);
        break;
      case 'terminalCapabilitySetAck':
        this.#exchange.onAck(message.value, now);
        break;
      case 'terminalCapabilitySetReject':
        this.#exchange.onReject(message.value, now);
        break;
      case 'openLogicalChannelAck':
        this.#channels.onAck(message.value);
        break;
      case 'openLogicalChannelReject':
        this.#channels.onReject(message.value);
        break;
      case 'closeLogicalChannelAck':
        this.#channels.onCloseAck(message.value);
        break;
      case 'roundTripDelayResponse':
        this.#roundTrip.onResponse(message.value, now);
        break;
      default:
        this.#output.other({ type: 'response', value: message });
    }
  }

  #onCommand(message: H245<'CommandMessage'>, now: number): void {
    switch (message.type) {
      case 'endSessionCommand':
        this.#output.ended();
        break;
      case 'flowControlCommand':
        this.#onFlowControl(message.value, 'command');
        break;
      case 'miscellaneousCommand':
        this.#output.miscellaneous(message.value, 'command');
        break;
      case 'sendTerminalCapabilitySet':
        this.#exchange.tellAgain(now);
        break;
      case 'unknown':
        this.#notSupported();
        break;
      default:
        if (!this.#output.other({ type: 'command', value: message })) {
          this.#notUnderstood({ type: 'command', value: message });
        }
    }
  }

  #onIndication(message: H245<'IndicationMessage'>): void {
    switch (message.type) {
      case 'masterSlaveDeterminationRelease':
        this.#masterSlave.onRelease();
        break;
      case 'flowControlIndication':
        this.#onFlowControl(message.value, 'indication');
        break;
      case 'miscellaneousIndication':
        this.#output.miscellaneous(message.value, 'indication');
        break;
      case 'userInput':
        this.#onUserInput(message.value);
        break;
      default:
        this.#output.other({ type: 'indication', value: message });
    }
  }

  #onFlowControl({ scope, restriction }: H245<'FlowControlCommand'>, kind: 'command' | 'indication'): void {
    if (scope.type === 'resourceID' || scope.type === 'unknown' || restriction.type === 'unknown') {
      return;
    }
    this.#output.flowControl(
      scope.type === 'wholeMultiplex' ? 'all' : scope.value,
      restriction.type === 'noRestriction' ? undefined : restriction.value * RATE_UNIT,
      kind,
    );
  }

  #onUserInput(input: H245<'UserInputIndication'>): void {
    if (input.type === 'alphanumeric') {
      this.#output.userInput(input.value, undefined);
    } else if (input.type === 'signal') {
      this.#output.userInput(input.value.signalType, input.value.duration);
    } else {
      this.#output.other({ type: 'indication', value: { type: 'userInput', value: input } });
    }
  }

  #onModeRequested({ sequenceNumber, requestedModes }: H245<'RequestMode'>): void {
    const answer = this.#output.modeRequested(requestedModes);
    if (answer === undefined) {
      const cause = { type: 'modeUnavailable', value: null } as const;
      this.#output.send(response('requestModeReject', { sequenceNumber, cause }));
      return;
    }
    const type = answer.isMostPreferred ? 'willTransmitMostPreferredMode' : 'willTransmitLessPreferredMode';
    this.#output.send(response('requestModeAck', { sequenceNumber, response: { type, value: null } }));
    answer.begin();
  }

  /** A message that our version has no name for (H.245 §B.14.2). */
  #notSupported(): void {
    this.#output.send(indication('functionNotSupported', { cause: { type: 'unknownFunction', value: null } }));
  }

  /** A message whose function we do not have (H.245 §B.14.1). */
  #notUnderstood(message: H245<'FunctionNotUnderstood'>): void {
    this.#output.send(indication('functionNotUnderstood', message));
  }
}
