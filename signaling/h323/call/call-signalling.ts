import type { TransportAddress } from '#codecs/media/description.ts';
import type { EndReason } from '../../call/call.ts';
import type { CallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { Timer } from '../h245/timer.ts';
import { answerSupplementaryServices } from '../h450/supplementary-services.ts';
import { CALL_STATES, readCallState, readCause, readKeypad } from '../q931/elements.ts';
import { elementOf } from '../q931/message.ts';
import { readAnswer } from './answer-contents.ts';
import type { CallSignallingOptions, Destination } from './call-signalling-options.ts';
import { takeCarried } from './carried-messages.ts';
import { endReasonOf } from './reasons.ts';
import {
  alertingMessage,
  callProceedingMessage,
  connectMessage,
  deflectedMessage,
  facilityMessage,
  releaseMessage,
  type SignallingMessage,
  setupMessage,
  statusInquiryMessage,
  statusMessage,
} from './signalling-messages.ts';
import type { SignallingOutput } from './signalling-output.ts';
import { callStateOf, type SignallingState } from './signalling-state.ts';
import { readSignalAddress } from './transport-address.ts';
import { Tunnel } from './tunnel.ts';

type Pdu = H225<'H323-UU-PDU'>;
type Body = Pdu['h323-message-body'];

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
  #state: SignallingState = 'idle';
  readonly #tunnel: Tunnel;
  #ownH245Address: TransportAddress | undefined;
  #needsConnection = false;
  /** H.245 that waits for a message to travel in. */
  #pending: Uint8Array[] = [];
  /** Answers to services of H.450 that wait likewise. */
  #services: Uint8Array[] = [];
  #fastStartAnswer: readonly Uint8Array[] | undefined;
  #hasProposedFastStart = false;
  #remoteVendor: H225<'VendorIdentifier'> | undefined;

  constructor(options: CallSignallingOptions, output: SignallingOutput) {
    this.#options = options;
    this.#output = output;
    this.#tunnel = new Tunnel(options.tunnelling);
  }

  /** Whether H.245 goes through this connection. */
  get tunnels(): boolean {
    return this.#tunnel.isOpen === true;
  }

  /** Who made the far side, where it has said so. */
  get remoteVendor(): H225<'VendorIdentifier'> | undefined {
    return this.#remoteVendor;
  }

  /** Calls; a call that was ended before is not made any more. */
  setup(to: Destination, now: number): void {
    if (this.#state !== 'idle') {
      return;
    }
    this.#state = 'calling';
    this.#timer.start(now, SETUP_TIME);
    this.#hasProposedFastStart = to.fastStart.length > 0;
    this.#send(setupMessage(this.#options, to));
  }

  /** Takes a call that came: says that it is under way. `message` is its Setup. */
  accept(message: CallMessage, setup: H225<'Setup-UUIE'>): void {
    this.#state = 'proceeding';
    this.#remoteVendor = setup.sourceInfo.vendor;
    this.#tunnel.learn(message.pdu, true);
    const theirs = readSignalAddress(setup.h245Address);
    if (!this.tunnels) {
      this.#connectControl(theirs);
    }
    this.#send(callProceedingMessage(this.#options, this.#ownH245Address));
    if (!this.#serve(message.pdu)) {
      return;
    }
    if (setup.fastStart !== undefined && setup.fastStart.length > 0) {
      this.#output.fastStart(setup.fastStart);
    }
    if (this.tunnels) {
      this.#output.tunnelOpened();
    }
    this.#takeTunnelled([...(message.pdu.h245Control ?? []), ...(setup.parallelH245Control ?? [])]);
  }

  /**
   * Where we take H.245 connections for this call: it stands in the answers from now on. Who has had all answers, or called us not, is
   * told at once (H.323 §8.1.5: startH245).
   */
  listensForH245(address: TransportAddress): void {
    this.#ownH245Address = address;
    const isLate = this.#options.direction === 'outbound' || this.#state === 'connected';
    if (isLate && this.#state !== 'released') {
      this.#send(facilityMessage(this.#options, 'startH245', address));
    }
  }

  /** The room is rung at our side, for those that wait for it. */
  alert(): void {
    if (this.#options.direction === 'inbound' && this.#state === 'proceeding') {
      this.#state = 'alerting';
      this.#send(alertingMessage(this.#options, this.#ownH245Address));
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
    this.#send(connectMessage(this.#options, this.#ownH245Address, this.#fastStartAnswer));
    this.#output.connected();
  }

  /** Sends a message of H.245 through the tunnel: it waits for `flush`, so that several travel together. */
  tunnel(message: Uint8Array): void {
    this.#pending.push(message);
  }

  /** Lets what waits travel. */
  flush(): void {
    const canSend = this.#state !== 'released' && this.#state !== 'idle';
    while (canSend && (this.#services.length > 0 || (this.#pending.length > 0 && this.tunnels))) {
      this.#send(facilityMessage(this.#options, 'transportedInformation', undefined));
    }
  }

  /** Asks how the call stands at the far side: what it says to that shows that it is there. */
  askStatus(): void {
    if (this.#state === 'connected') {
      this.#send(statusInquiryMessage(this.#options));
    }
  }

  /** Ends the call. */
  release(reason: EndReason): void {
    if (this.#state === 'released') {
      return;
    }
    if (this.#state !== 'idle') {
      this.#send(releaseMessage(this.#options, reason));
    }
    this.#end(reason);
  }

  /** Ends this signalling because the call is made anew elsewhere; `released` is not told. */
  deflect(): void {
    if (this.#state !== 'released' && this.#state !== 'idle') {
      this.#send(deflectedMessage(this.#options));
    }
    this.#stop();
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
      this.#learnTunnelling(pdu, body.type === 'connect');
    }
    // A message without a user-user element is told by its type alone.
    switch (body.type === 'empty' || body.type === 'unknown' ? message.type : body.type) {
      case 'callProceeding':
      case 'progress':
      case 'setupAcknowledge':
        this.#proceed('proceeding', PROCEEDING_TIME, now);
        this.#learn(body);
        break;
      case 'alerting':
        this.#proceed('alerting', ANSWER_TIME, now);
        this.#learn(body);
        this.#output.ringing();
        break;
      case 'connect':
        this.#onConnect(body);
        break;
      case 'facility':
        this.#onFacility(body);
        break;
      case 'information':
        this.#onInformation(message);
        break;
      case 'releaseComplete':
        this.#onRelease(message);
        return;
      case 'statusInquiry':
        this.#send(statusMessage(this.#options, callStateOf(this.#state, this.#options.direction)));
        break;
      case 'status':
        this.#onStatus(message);
        break;
      default:
        break;
    }
    this.#seeAboutControl(body);
    if (this.#serve(pdu)) {
      this.#takeTunnelled(pdu.h245Control ?? []);
    }
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

  #onConnect(body: Body): void {
    if (this.#options.direction !== 'outbound' || this.#state === 'connected' || body.type !== 'connect') {
      return;
    }
    this.#state = 'connected';
    this.#timer.stop();
    this.#learn(body);
    if (this.#hasProposedFastStart && body.value.fastStart === undefined) {
      this.#hasProposedFastStart = false;
      this.#output.fastStartRefused();
    }
    this.#output.connected();
  }

  #onFacility(body: Body): void {
    if (body.type !== 'facility') {
      return;
    }
    const { reason, h245Address, alternativeAddress, alternativeAliasAddress, conferenceID } = body.value;
    switch (reason.type) {
      case 'startH245':
        this.#connectControl(readSignalAddress(h245Address));
        break;
      case 'callForwarded':
      case 'routeCallToGatekeeper':
      case 'routeCallToMC':
        this.#output.forwarded({
          address: readSignalAddress(alternativeAddress),
          aliases: alternativeAliasAddress ?? [],
          conferenceIdentifier: reason.type === 'routeCallToMC' ? conferenceID : undefined,
        });
        break;
      default:
        break;
    }
  }

  #onInformation(message: CallMessage): void {
    const digits = readKeypad(elementOf(message, 'keypad'));
    if (digits !== '') {
      this.#output.keypad(digits);
    }
  }

  /** A far side that has no such call any more says so in any Status (Q.931 §5.8.11). */
  #onStatus(message: CallMessage): void {
    if (readCallState(elementOf(message, 'callState')) === CALL_STATES.null) {
      this.#onRelease(message);
    }
  }

  #onRelease(message: CallMessage): void {
    const body = message.pdu['h323-message-body'];
    const cause = message.type === 'releaseComplete' ? readCause(elementOf(message, 'cause')) : undefined;
    const reason = body.type === 'releaseComplete' ? body.value.reason : undefined;
    const { direction } = this.#options;
    this.#end(endReasonOf({ cause, reason }, { wasConnected: this.#state === 'connected', direction }));
  }

  #learnTunnelling(pdu: Pdu, isDecisive: boolean): void {
    if (this.#tunnel.learn(pdu, isDecisive) && this.#options.direction === 'outbound') {
      this.#output.tunnelOpened();
    }
  }

  /** Without a tunnel H.245 needs a connection (H.323 §8.2): whom we call may say where in each of its answers, so the last is awaited. */
  #seeAboutControl(body: Body): void {
    const isCalled = this.#options.direction === 'inbound' && this.#state !== 'released';
    const isDue = isCalled || this.#state === 'connected';
    if (this.#tunnel.isOpen === false && isDue && !this.#needsConnection) {
      this.#connectControl(body.type === 'facility' ? readSignalAddress(body.value.h245Address) : undefined);
    }
  }

  #connectControl(theirs: TransportAddress | undefined): void {
    this.#tunnel.close();
    this.#needsConnection = true;
    this.#output.connectionNeeded(theirs, this.#pending.splice(0));
  }

  /** What an answering message says of its sender, of H.245's own address and of fast start. */
  #learn(body: Body): void {
    const answer = this.#options.direction === 'outbound' ? readAnswer(body) : undefined;
    if (answer === undefined) {
      return;
    }
    this.#remoteVendor = answer.vendor ?? this.#remoteVendor;
    if (answer.fastStart !== undefined && this.#hasProposedFastStart) {
      this.#hasProposedFastStart = false;
      this.#output.fastStart(answer.fastStart);
    } else if (answer.refusesFastStart && this.#hasProposedFastStart) {
      this.#hasProposedFastStart = false;
      this.#output.fastStartRefused();
    }
    if (!this.tunnels && answer.h245Address !== undefined && !this.#needsConnection) {
      this.#connectControl(answer.h245Address);
    }
  }

  /** Answers services of H.450. False where they end the call. */
  #serve({ h4501SupplementaryService = [] }: Pdu): boolean {
    const { answers, clearsCall } = answerSupplementaryServices(h4501SupplementaryService);
    this.#services.push(...answers);
    if (clearsCall) {
      this.release('rejected');
    }
    return !clearsCall;
  }

  #takeTunnelled(messages: readonly Uint8Array[]): void {
    if (messages.length > 0) {
      this.#output.h245(messages);
    }
  }

  #send({ type, elements, body }: SignallingMessage): void {
    const { callReference, direction } = this.#options;
    const carried = this.tunnels ? takeCarried(this.#pending) : [];
    const services = this.#services.splice(0);
    this.#output.send({
      callReference,
      isFromDestination: direction === 'inbound',
      type,
      elements,
      pdu: {
        'h323-message-body': body,
        ...(services.length === 0 ? {} : { h4501SupplementaryService: services }),
        h245Tunneling: this.#tunnel.flag,
        ...(carried.length === 0 ? {} : { h245Control: carried }),
      },
    });
  }

  #end(reason: EndReason): void {
    this.#stop();
    this.#output.released(reason);
  }

  #stop(): void {
    this.#state = 'released';
    this.#timer.stop();
    this.#pending = [];
    this.#services = [];
  }
}
