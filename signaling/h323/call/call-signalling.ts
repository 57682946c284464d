import type { TransportAddress } from '#codecs/media/description.ts';
import type { EndReason } from '../../call/call.ts';
import type { CallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { Timer } from '../h245/timer.ts';
import { bearerCapability, readCause, writeCalledNumber, writeCause, writeDisplay } from '../q931/elements.ts';
import { elementOf, type InformationElement, type MessageType } from '../q931/message.ts';
import type { CallSignallingOptions, Destination } from './call-signalling-options.ts';
import { endReasonOf, RELEASE_SPELLINGS } from './reasons.ts';
import type { SignallingOutput } from './signalling-output.ts';
import { readSignalAddress, writeSignalAddress } from './transport-address.ts';

type Pdu = H225<'H323-UU-PDU'>;
type Body = Pdu['h323-message-body'];

type State = 'idle' | 'calling' | 'proceeding' | 'alerting' | 'connected' | 'released';

/** H.225.0 version 5: what every room of the last twenty years reads. */
export const PROTOCOL_IDENTIFIER = '0.0.8.2250.0.5';
/** Q.931 T303: something must come back on Setup, ms. */
const SETUP_TIME = 10_000;
/** T301: somebody must answer, ms (Q.931 table 9-1: at least 3 minutes). */
const ANSWER_TIME = 180_000;
/** T310: after CallProceeding something must follow, ms; H.323 rooms take their time. */
const PROCEEDING_TIME = 60_000;

/**
 * The call signalling of one call (H.225.0, H.323 §8.1): which message follows which, how H.245 travels with it. Pure: time in ms is
 * given, messages go to `output.send`.
 */
export class CallSignalling {
  readonly #options: CallSignallingOptions;
  readonly #output: SignallingOutput;
  readonly #timer = new Timer();
  #state: State = 'idle';
  /** Undefined until the far side has said whether it tunnels. */
  #tunnels: boolean | undefined;
  #ownH245Address: TransportAddress | undefined;
  #needsConnection = false;
  /** H.245 that waits for a message to travel in. */
  #pending: Uint8Array[] = [];
  #fastStartAnswer: readonly Uint8Array[] | undefined;
  #hasProposedFastStart = false;

  constructor(options: CallSignallingOptions, output: SignallingOutput) {
    this.#options = options;
    this.#output = output;
  }

  get isReleased(): boolean {
    return this.#state === 'released';
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** Whether H.245 goes through this connection. */
  get tunnels(): boolean {
    return this.#tunnels === true;
  }

  /** Calls. */
  setup(to: Destination, now: number): void {
    const { callIdentifier, conferenceIdentifier, endpoint, displayName } = this.#options;
    this.#state = 'calling';
    this.#timer.start(now, SETUP_TIME);
    this.#hasProposedFastStart = to.fastStart.length > 0;
    const [digits] = to.aliases.flatMap((alias) => (alias.type === 'dialedDigits' ? [alias.value] : []));
    this.#send(
      'setup',
      [
        bearerCapability(to.rate),
        ...(displayName === '' ? [] : [writeDisplay(displayName)]),
        ...(digits === undefined ? [] : [writeCalledNumber(digits)]),
      ],
      {
        type: 'setup',
        value: {
          protocolIdentifier: PROTOCOL_IDENTIFIER,
          sourceAddress: to.sourceAliases,
          sourceInfo: endpoint,
          ...(to.aliases.length === 0 ? {} : { destinationAddress: to.aliases }),
          destCallSignalAddress: writeSignalAddress(to.address),
          activeMC: false,
          conferenceID: conferenceIdentifier,
          conferenceGoal: { type: 'create', value: null },
          callType: { type: 'pointToPoint', value: null },
          sourceCallSignalAddress: writeSignalAddress(to.sourceAddress),
          callIdentifier: { guid: callIdentifier },
          mediaWaitForConnect: false,
          canOverlapSend: false,
          multipleCalls: false,
          maintainConnection: false,
          ...(to.fastStart.length === 0 ? {} : { fastStart: to.fastStart }),
        },
      },
    );
  }

  /** Takes a call that came: says that it is under way. `message` is its Setup. */
  accept(message: CallMessage, setup: H225<'Setup-UUIE'>): void {
    this.#state = 'proceeding';
    this.#learnTunnelling(message.pdu);
    const theirs = readSignalAddress(setup.h245Address);
    if (!this.tunnels) {
      this.#needsConnection = true;
      this.#output.connectionNeeded(theirs);
    }
    this.#send('callProceeding', [], {
      type: 'callProceeding',
      value: { ...this.#answering(), ...this.#h245Address() },
    });
    if (setup.fastStart !== undefined && setup.fastStart.length > 0) {
      this.#output.fastStart(setup.fastStart);
    }
    if (this.tunnels) {
      this.#output.tunnelOpened();
    }
    this.#takeTunnelled([...(message.pdu.h245Control ?? []), ...(setup.parallelH245Control ?? [])]);
  }

  /** Where we take H.245 connections for this call: it stands in the messages from now on. */
  listensForH245(address: TransportAddress): void {
    this.#ownH245Address = address;
  }

  /** Tells the far side now where we take H.245 (H.323 §8.1.5: startH245). */
  announceH245(): void {
    if (this.#ownH245Address !== undefined && this.#state !== 'released') {
      this.#facility({ type: 'startH245', value: null }, { h245Address: writeSignalAddress(this.#ownH245Address) });
    }
  }

  /** The room is rung at our side, for those that wait for it. */
  alert(): void {
    if (this.#options.direction === 'inbound' && this.#state === 'proceeding') {
      this.#state = 'alerting';
      this.#send('alerting', [], { type: 'alerting', value: { ...this.#answering(), ...this.#h245Address() } });
    }
  }

  /** The channels that we chose of those proposed: they travel in the next answer. */
  answerFastStart(channels: readonly Uint8Array[]): void {
    this.#fastStartAnswer = channels;
  }

  /** Answers the call. */
  connect(): void {
    if (this.#options.direction !== 'inbound' || (this.#state !== 'proceeding' && this.#state !== 'alerting')) {
      return;
    }
    this.#state = 'connected';
    this.#send('connect', this.#display(), {
      type: 'connect',
      value: {
        ...this.#answering(),
        ...this.#h245Address(),
        conferenceID: this.#options.conferenceIdentifier,
        ...(this.#fastStartAnswer === undefined ? {} : { fastStart: this.#fastStartAnswer }),
      },
    });
    this.#output.connected();
  }

  /** Sends a message of H.245 through the tunnel: it waits for `flush`, so that several travel together. */
  tunnel(message: Uint8Array): void {
    this.#pending.push(message);
  }

  /** Lets what waits travel. */
  flush(): void {
    if (this.#pending.length > 0 && this.tunnels && this.#state !== 'released' && this.#state !== 'idle') {
      this.#facility({ type: 'transportedInformation', value: null }, {});
    }
  }

  /** Ends the call. */
  release(reason: EndReason): void {
    if (this.#state === 'released') {
      return;
    }
    const wasBegun = this.#state !== 'idle';
    if (wasBegun) {
      this.#sendRelease(reason);
    }
    this.#end(reason);
  }

  /** The connection broke. */
  connectionLost(): void {
    if (this.#state !== 'released') {
      this.#end(this.#state === 'calling' ? 'unreachable' : 'connection-lost');
    }
  }

  receive(message: CallMessage, now: number): void {
    if (this.#state === 'released' || this.#state === 'idle') {
      return;
    }
    const { pdu } = message;
    const body = pdu['h323-message-body'];
    if (this.#options.direction === 'outbound' || pdu.h245Tunneling === false) {
      this.#learnTunnelling(pdu);
    }
    switch (body.type) {
      case 'callProceeding':
      case 'progress':
        this.#proceed('proceeding', PROCEEDING_TIME, now);
        this.#learnH245(body.value);
        break;
      case 'alerting':
        this.#proceed('alerting', ANSWER_TIME, now);
        this.#learnH245(body.value);
        this.#output.ringing();
        break;
      case 'connect':
        this.#onConnect(body.value);
        break;
      case 'facility':
        this.#onFacility(body.value);
        break;
      case 'releaseComplete':
        this.#onRelease(message, body.value);
        return;
      case 'statusInquiry':
        this.#sendStatus();
        break;
      default:
        break;
    }
    this.#takeTunnelled(pdu.h245Control ?? []);
  }

  tick(now: number): void {
    if (this.#timer.expire(now)) {
      this.release(this.#state === 'calling' ? 'unreachable' : 'no-answer');
    }
  }

  #proceed(state: 'proceeding' | 'alerting', time: number, now: number): void {
    if (this.#options.direction === 'outbound' && (this.#state === 'calling' || this.#state === 'proceeding')) {
      this.#state = state;
      this.#timer.start(now, time);
    }
  }

  #onConnect(connect: H225<'Connect-UUIE'>): void {
    if (this.#options.direction !== 'outbound' || this.#state === 'connected') {
      return;
    }
    this.#state = 'connected';
    this.#timer.stop();
    this.#learnH245(connect);
    if (this.#hasProposedFastStart && connect.fastStart === undefined) {
      this.#hasProposedFastStart = false;
      this.#output.fastStartRefused();
    }
    this.#output.connected();
    if (this.#tunnels === false && !this.#needsConnection) {
      this.#needsConnection = true;
      this.#output.connectionNeeded(undefined);
    }
  }

  #onFacility({ reason, h245Address, alternativeAddress, alternativeAliasAddress }: H225<'Facility-UUIE'>): void {
    switch (reason.type) {
      case 'startH245':
        this.#tunnels = false;
        this.#needsConnection = true;
        this.#output.connectionNeeded(readSignalAddress(h245Address));
        break;
      case 'callForwarded':
      case 'routeCallToGatekeeper':
      case 'routeCallToMC':
        this.#output.forwarded({
          address: readSignalAddress(alternativeAddress),
          aliases: alternativeAliasAddress ?? [],
        });
        break;
      default:
        break;
    }
  }

  #onRelease(message: CallMessage, { reason }: H225<'ReleaseComplete-UUIE'>): void {
    const cause = readCause(elementOf(message, 'cause'));
    const { direction } = this.#options;
    this.#end(endReasonOf({ cause, reason }, { wasConnected: this.#state === 'connected', direction }));
  }

  /** The first message that says so decides; `false` later on ends a tunnel (H.323 §8.2.1). */
  #learnTunnelling({ h245Tunneling }: Pdu): void {
    const tunnels = this.#options.tunnelling && h245Tunneling === true;
    const before = this.#tunnels;
    if (before === false || before === tunnels) {
      return;
    }
    this.#tunnels = tunnels;
    if (tunnels && this.#options.direction === 'outbound') {
      this.#output.tunnelOpened();
    }
  }

  /** What an answering message says of H.245's own address and of fast start. */
  #learnH245({
    h245Address,
    fastStart,
    ...rest
  }: Pick<H225<'Connect-UUIE'>, 'h245Address' | 'fastStart' | 'fastConnectRefused'>): void {
    if (this.#options.direction !== 'outbound') {
      return;
    }
    if (fastStart !== undefined && this.#hasProposedFastStart) {
      this.#hasProposedFastStart = false;
      this.#output.fastStart(fastStart);
    } else if (rest.fastConnectRefused !== undefined && this.#hasProposedFastStart) {
      this.#hasProposedFastStart = false;
      this.#output.fastStartRefused();
    }
    const theirs = readSignalAddress(h245Address);
    if (this.#tunnels !== true && theirs !== undefined && !this.#needsConnection) {
      this.#needsConnection = true;
      this.#output.connectionNeeded(theirs);
    }
  }

  #takeTunnelled(messages: readonly Uint8Array[]): void {
    if (messages.length > 0) {
      this.#output.h245(messages);
    }
  }

  #answering(): Pick<
    H225<'Connect-UUIE'>,
    'protocolIdentifier' | 'destinationInfo' | 'callIdentifier' | 'multipleCalls' | 'maintainConnection'
  > {
    return {
      protocolIdentifier: PROTOCOL_IDENTIFIER,
      destinationInfo: this.#options.endpoint,
      callIdentifier: { guid: this.#options.callIdentifier },
      multipleCalls: false,
      maintainConnection: false,
    };
  }

  #h245Address(): { h245Address?: H225<'TransportAddress'> } {
    return this.#ownH245Address === undefined ? {} : { h245Address: writeSignalAddress(this.#ownH245Address) };
  }

  #display(): InformationElement[] {
    return this.#options.displayName === '' ? [] : [writeDisplay(this.#options.displayName)];
  }

  #facility(reason: H225<'Facility-UUIE'>['reason'], more: Partial<Pick<H225<'Facility-UUIE'>, 'h245Address'>>): void {
    this.#send('facility', [], {
      type: 'facility',
      value: {
        protocolIdentifier: PROTOCOL_IDENTIFIER,
        reason,
        callIdentifier: { guid: this.#options.callIdentifier },
        ...more,
      },
    });
  }

  #sendRelease(reason: EndReason): void {
    const { cause, reason: spelled } = RELEASE_SPELLINGS[reason];
    this.#send('releaseComplete', [writeCause({ value: cause, location: 0 })], {
      type: 'releaseComplete',
      value: {
        protocolIdentifier: PROTOCOL_IDENTIFIER,
        callIdentifier: { guid: this.#options.callIdentifier },
        ...(spelled === undefined ? {} : { reason: { type: spelled, value: null } }),
      },
    });
  }

  #sendStatus(): void {
    this.#send('status', [writeCause({ value: 30, location: 0 })], {
      type: 'status',
      value: { protocolIdentifier: PROTOCOL_IDENTIFIER, callIdentifier: { guid: this.#options.callIdentifier } },
    });
  }

  #send(type: MessageType, elements: readonly InformationElement[], body: Body): void {
    const { callReference, direction, tunnelling } = this.#options;
    const tunnels = this.#tunnels ?? tunnelling;
    const carried = this.#tunnels === true ? this.#pending.splice(0) : [];
    this.#output.send({
      callReference,
      isFromDestination: direction === 'inbound',
      type,
      elements,
      pdu: {
        'h323-message-body': body,
        h245Tunneling: tunnels,
        ...(carried.length === 0 ? {} : { h245Control: carried }),
      },
    });
  }

  #end(reason: EndReason): void {
    this.#state = 'released';
    this.#timer.stop();
    this.#pending = [];
    this.#output.released(reason);
  }
}
