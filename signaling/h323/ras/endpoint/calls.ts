import type { TransportAddress } from '#codecs/media/description.ts';
import { readSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { Admitted, CallToAdmit, Refused } from '../admission.ts';
import { type RasMessage, sequenceNumberOf, writeRas } from '../message.ts';
import type { Parties } from './credentials.ts';
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

interface OwnCall {
  /** All that were let in by this identifier and are not over: a room that lost its connection calls anew by it, and a stranger may. */
  readonly holders: Set<CallToAdmit>;
  /** The one that was let in first. */
  readonly call: CallToAdmit;
  /** ms between reports; undefined where none are wanted. */
  readonly reportEvery: number | undefined;
  reportAt: number;
}

/** Calls for whose report the gatekeeper may ask at once. */
const MOST_REPORTED = 50;

/** The calls that a gatekeeper let us make or take: asked for, reported on, taken leave of. */
export class EndpointCalls {
  readonly #options: RasEndpointOptions;
  readonly #context: CallsContext;
  readonly #calls = new Map<string, OwnCall>();
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

  /** A call is over; leave is taken of it with the last one of its identifier. */
  release(call: CallToAdmit, isRegistered: boolean, now: number): void {
    const key = keyOf(call.callIdentifier);
    const holders = this.#calls.get(key)?.holders;
    if (holders?.delete(call) !== true || holders.size > 0) {
      return;
    }
    this.#calls.delete(key);
    if (isRegistered) {
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
    for (const own of this.#calls.values()) {
      if (own.reportEvery !== undefined && now >= own.reportAt) {
        own.reportAt = now + own.reportEvery;
        this.#report(this.#context.number(), [own.call], true);
      }
    }
  }

  #onDisengage({ requestSeqNum, callIdentifier, conferenceID }: H225<'DisengageRequest'>): void {
    this.#context.send({ type: 'disengageConfirm', value: { requestSeqNum } });
    const key = keyOf(callIdentifier?.guid ?? conferenceID);
    const own = this.#calls.get(key);
    if (own !== undefined) {
      // It knows that the call is over.
      this.#calls.delete(key);
      this.#options.output.drop(own.call.callIdentifier);
    }
  }

  #asked({ callIdentifier, callReferenceValue }: H225<'InfoRequest'>): CallToAdmit[] | undefined {
    const all = [...this.#calls.values()].map(({ call }) => call);
    if (callIdentifier === undefined && callReferenceValue === 0) {
      return all.slice(0, MOST_REPORTED);
    }
    const found =
      callIdentifier === undefined
        ? all.find(({ callReference }) => callReference === callReferenceValue)
        : this.#calls.get(keyOf(callIdentifier.guid))?.call;
    return found === undefined ? undefined : [found];
  }

  #report(requestSeqNum: number, calls: readonly CallToAdmit[] | undefined, unsolicited: boolean): void {
    const { send, parties } = this.#context;
    send(infoRequestResponse(requestSeqNum, calls, this.#options, parties(), unsolicited));
  }

  #keep(call: CallToAdmit, irrFrequency: number | undefined, now: number): void {
    const reportEvery = irrFrequency === undefined ? undefined : 1000 * irrFrequency;
    const key = keyOf(call.callIdentifier);
    const own = this.#calls.get(key) ?? {
      holders: new Set([call]),
      call,
      reportEvery,
      reportAt: now + (reportEvery ?? 0),
    };
    own.holders.add(call);
    this.#calls.set(key, own);
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

function keyOf(callIdentifier: Uint8Array): string {
  return Buffer.from(callIdentifier).toString('hex');
}
