import type { TransportAddress } from '#codecs/media/description.ts';
import { readSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { Admitted, CallToAdmit, Refused } from '../admission.ts';
import { type RasMessage, sequenceNumberOf, writeRas } from '../message.ts';
import type { Parties } from './credentials.ts';
import { KeptCalls } from './kept-calls.ts';
import type { RasEndpointOptions } from './options.ts';
import { endReasonOfRefusal } from './refusals.ts';
import { admissionRequest, disengageRequest, infoRequestResponse } from './requests.ts';

/** What calls need of the registration. */
export interface CallsContext {
  /** Asks the gatekeeper. */
  readonly request: (
    make: (requestSeqNum: number) => RasMessage,
    settle: (answer: RasMessage | undefined, at: number) => void,
    now: number,
  ) => void;
  readonly send: (message: RasMessage) => void;
  readonly number: () => number;
  readonly parties: () => Parties;
  /** The gatekeeper does not know us any more. */
  readonly forgotten: (now: number) => void;
}

/** Calls for whose report the gatekeeper may ask at once. */
const MOST_REPORTED = 50;

/** The calls that a gatekeeper let us make or take: asked for, reported on, taken leave of. */
export class EndpointCalls {
  readonly #options: RasEndpointOptions;
  readonly #context: CallsContext;
  readonly #calls = new KeptCalls();
  #preGranted: H225<'RegistrationConfirm'>['preGrantedARQ'];
  #gatekeeperSignals: TransportAddress | undefined;

  constructor(options: RasEndpointOptions, context: CallsContext) {
    this.#options = options;
    this.#context = context;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** What we may do without asking. */
  granted({ preGrantedARQ, callSignalAddress }: H225<'RegistrationConfirm'>): void {
    this.#preGranted = preGrantedARQ;
    this.#gatekeeperSignals = readSignalAddress(callSignalAddress[0]);
  }

  admit(call: CallToAdmit, isRegistered: boolean, now: number, settle: (answer: Admitted | Refused) => void): void {
    if (!isRegistered) {
      settle(this.#options.unregisteredCalls === 'admitted' ? unchanged(call) : refused('unreachable', 'unregistered'));
      return;
    }
    const preGranted = this.#preGrantedFor(call);
    if (preGranted !== undefined) {
      this.#keep(call, this.#preGranted?.irrFrequencyInCall, now);
      settle(preGranted);
      return;
    }
    const make = (number: number) => admissionRequest(number, call, this.#options, this.#context.parties());
    this.#context.request(
      make,
      (answer, at) => {
        switch (answer?.type) {
          case 'admissionConfirm':
            this.#keep(call, answer.value.irrFrequency, at);
            settle(confirmed(call, answer.value));
            break;
          case 'admissionReject': {
            const { rejectReason } = answer.value;
            settle(refused(endReasonOfRefusal(rejectReason), rejectReason.type));
            if (rejectReason.type === 'callerNotRegistered' || rejectReason.type === 'invalidEndpointIdentifier') {
              this.#context.forgotten(at);
            }
            break;
          }
          default:
            settle(refused('unreachable', answer?.type ?? 'timeout'));
        }
      },
      now,
    );
  }

  /** A call is over: leave is taken of it where it is the one that the gatekeeper knows. */
  release(call: CallToAdmit, isRegistered: boolean, now: number): void {
    if (this.#calls.release(call) && isRegistered) {
      const make = (number: number) => disengageRequest(number, call, this.#context.parties());
      this.#context.request(make, () => undefined, now);
    }
  }

  /** A request of the gatekeeper. */
  receive(message: RasMessage): void {
    const { send } = this.#context;
    switch (message.type) {
      case 'disengageRequest':
        this.#onDisengage(message.value);
        break;
      case 'infoRequest':
        this.#report(message.value.requestSeqNum, this.#asked(message.value), false);
        break;
      case 'bandwidthRequest': {
        const { requestSeqNum, bandWidth } = message.value;
        send({ type: 'bandwidthConfirm', value: { requestSeqNum, bandWidth } });
        break;
      }
      case 'serviceControlIndication': {
        const result = { type: 'notAvailable', value: null } as const;
        send({ type: 'serviceControlResponse', value: { requestSeqNum: message.value.requestSeqNum, result } });
        break;
      }
      case 'nonStandardMessage':
      case 'unknown': {
        const requestSeqNum = sequenceNumberOf(message) ?? 1;
        send({ type: 'unknownMessageResponse', value: { requestSeqNum, messageNotUnderstood: writeRas(message) } });
        break;
      }
      default:
        break;
    }
  }

  tick(now: number): void {
    for (const own of this.#calls.all()) {
      if (own.reportEvery !== undefined && now >= own.reportAt) {
        own.reportAt = now + own.reportEvery;
        this.#report(this.#context.number(), [own.call], true);
      }
    }
  }

  #onDisengage({ requestSeqNum, callIdentifier, conferenceID }: H225<'DisengageRequest'>): void {
    this.#context.send({ type: 'disengageConfirm', value: { requestSeqNum } });
    // It knows that the call is over.
    const call = this.#calls.forget(callIdentifier?.guid ?? conferenceID);
    if (call !== undefined) {
      this.#options.output.drop(call.callIdentifier);
    }
  }

  #asked({ callIdentifier, callReferenceValue }: H225<'InfoRequest'>): CallToAdmit[] | undefined {
    const all = this.#calls.all().map(({ call }) => call);
    if (callIdentifier === undefined && callReferenceValue === 0) {
      return all.slice(0, MOST_REPORTED);
    }
    const found =
      callIdentifier === undefined
        ? all.find(({ callReference }) => callReference === callReferenceValue)
        : this.#calls.get(callIdentifier.guid);
    return found === undefined ? undefined : [found];
  }

  #report(requestSeqNum: number, calls: readonly CallToAdmit[] | undefined, unsolicited: boolean): void {
    const { send, parties } = this.#context;
    send(infoRequestResponse(requestSeqNum, calls, this.#options, parties(), unsolicited));
  }

  #keep(call: CallToAdmit, irrFrequency: number | undefined, now: number): void {
    this.#calls.keep(call, irrFrequency === undefined ? undefined : 1000 * irrFrequency, now);
  }

  #preGrantedFor(call: CallToAdmit): Admitted | undefined {
    const granted = this.#preGranted;
    if (call.direction === 'inbound') {
      return granted?.answerCall === true ? unchanged(call) : undefined;
    }
    if (granted?.makeCall !== true || !granted.useGKCallSignalAddressToMakeCall) {
      return undefined;
    }
    return { ...unchanged(call), callSignalAddress: this.#gatekeeperSignals };
  }
}

function unchanged({ bitRate }: CallToAdmit): Admitted {
  return { outcome: 'admitted', callSignalAddress: undefined, destinationAliases: undefined, bitRate };
}

function confirmed(call: CallToAdmit, confirm: H225<'AdmissionConfirm'>): Admitted {
  return {
    outcome: 'admitted',
    callSignalAddress: call.direction === 'inbound' ? undefined : readSignalAddress(confirm.destCallSignalAddress),
    destinationAliases: call.direction === 'inbound' ? undefined : confirm.destinationInfo,
    bitRate: Math.min(call.bitRate, 100 * confirm.bandWidth),
  };
}

function refused(reason: Refused['reason'], detail: string): Refused {
  return { outcome: 'refused', reason, detail };
}
