import type { TransportAddress } from '#codecs/media/description.ts';
import { retryDelay } from '../../../sip/upstream/registration-schedule.ts';
import { PerError } from '../../asn1/per-error.ts';
import { readSignalAddress } from '../../call/transport-address.ts';
import type { H225 } from '../../h225/types.ts';
import type { Admission, Admitted, CallToAdmit, Refused } from '../admission.ts';
import { isAnswer, type RasMessage, readRas } from '../message.ts';
import { Transactions } from '../transactions.ts';
import { EndpointCalls } from './calls.ts';
import { EndpointCredentials, type Parties } from './credentials.ts';
import { GatekeeperList } from './gatekeeper-list.ts';
import type { RasEndpointOptions, RasEndpointState } from './options.ts';
import { gatekeeperRequest, registrationRequest, unregistrationRequest } from './requests.ts';

/** ms of the shortest time between two registrations, whatever lifetime a gatekeeper grants. */
const SHORTEST_REFRESH = 5000;

/**
 * Our registration at a gatekeeper above us, and the calls that it is asked for (H.225.0 §7, H.323 §7 and §8). Pure: time, wall clock
 * and random octets are given, datagrams go to `output.send`.
 */
export class RasEndpoint {
  readonly #options: RasEndpointOptions;
  readonly #transactions: Transactions;
  readonly #credentials: EndpointCredentials;
  readonly #list: GatekeeperList;
  readonly #calls: EndpointCalls;
  #state: RasEndpointState = 'idle';
  #gatekeeper: TransportAddress | undefined;
  #parties: Parties;
  #failures = 0;
  /** Registrations begun: answers to earlier ones count no more. */
  #attempt = 0;
  #dueAt: number | undefined;

  constructor(options: RasEndpointOptions) {
    this.#options = options;
    this.#parties = { gatekeeperIdentifier: options.gatekeeperIdentifier, endpointIdentifier: undefined };
    this.#transactions = new Transactions({
      send: (data, to) => options.output.send(data, to),
      chance: options.chance,
    });
    this.#credentials = new EndpointCredentials(options);
    this.#list = new GatekeeperList(options.gatekeepers);
    this.#calls = new EndpointCalls(options, {
      request: (make, settle, now) => this.#request(make, settle, now),
      send: (message) => this.#send(message),
      number: () => this.#transactions.number(),
      parties: () => this.#parties,
      forgotten: (now) => this.#begin('configured', now),
    });
  }

  get state(): RasEndpointState {
    return this.#state;
  }

  /** Where we are registered. */
  get gatekeeper(): TransportAddress | undefined {
    return this.#state === 'registered' ? this.#gatekeeper : undefined;
  }

  /** Calls that the gatekeeper let us make or take. */
  get calls(): number {
    return this.#calls.size;
  }

  start(now: number): void {
    if (this.#state === 'idle') {
      this.#begin('configured', now);
    }
  }

  /** Takes leave, once and without waiting for an answer. */
  stop(): void {
    if (this.#state === 'registered') {
      this.#send(unregistrationRequest(this.#transactions.number(), this.#options, this.#parties));
    }
    this.#attempt += 1;
    this.#transactions.clear();
    this.#dueAt = undefined;
    this.#become('idle', '');
  }

  /** See Admission.admit. `settle` is called once, at the latest when the requests have gone unanswered. */
  admit(call: CallToAdmit, now: number, settle: (answer: Admitted | Refused) => void): void {
    this.#calls.admit(call, this.#state === 'registered', now, settle);
  }

  /** See Admission.release. */
  release(call: CallToAdmit, now: number): void {
    this.#calls.release(call, this.#state === 'registered', now);
  }

  /** Takes a datagram. Never throws for what stands in it. */
  receive(data: Uint8Array, from: TransportAddress, now: number): void {
    let message: RasMessage;
    try {
      message = readRas(data);
    } catch (error) {
      if (error instanceof PerError) {
        return;
      }
      throw error;
    }
    if (!this.#credentials.isFromGatekeeper(data, message)) {
      return;
    }
    // The gatekeeper counts its requests by itself: one may have the number of ours.
    if (isAnswer(message)) {
      this.#transactions.receive(message, from, now);
      return;
    }
    if (this.#state !== 'registered' || from.address !== this.#gatekeeper?.address) {
      return;
    }
    if (message.type === 'unregistrationRequest') {
      this.#onUnregistration(message.value, now);
    } else {
      this.#calls.receive(message);
    }
  }

  /** Lets times run out; to be called a few times in a second. */
  tick(now: number): void {
    this.#transactions.tick(now);
    if (this.#state === 'registered') {
      this.#calls.tick(now);
    }
    if (this.#dueAt === undefined || now < this.#dueAt) {
      return;
    }
    this.#dueAt = undefined;
    if (this.#state === 'registered') {
      this.#register(true, now);
    } else if (this.#state === 'waiting') {
      this.#begin('configured', now);
    }
  }

  #begin(from: 'configured' | 'alternates', now: number): void {
    this.#list.restart(from);
    this.#tryNext(now, '');
  }

  #tryNext(now: number, detail: string): void {
    this.#attempt += 1;
    this.#dueAt = undefined;
    this.#gatekeeper = this.#list.take();
    this.#parties = { gatekeeperIdentifier: this.#options.gatekeeperIdentifier, endpointIdentifier: undefined };
    if (this.#gatekeeper === undefined) {
      this.#failures += 1;
      this.#dueAt = now + retryDelay(this.#failures, undefined, this.#options.chance());
      this.#become('waiting', detail);
    } else if (this.#options.discovery) {
      this.#discover(now);
    } else {
      this.#become('registering', detail);
      this.#register(false, now);
    }
  }

  #discover(now: number): void {
    this.#become('discovering', '');
    this.#credentials.choose(undefined);
    this.#exchange(
      (number) => gatekeeperRequest(number, this.#options),
      now,
      (answer, at) => {
        if (answer?.type === 'gatekeeperConfirm') {
          const { rasAddress, gatekeeperIdentifier, algorithmOID, alternateGatekeeper } = answer.value;
          this.#gatekeeper = readSignalAddress(rasAddress) ?? this.#gatekeeper;
          this.#parties = { ...this.#parties, gatekeeperIdentifier };
          this.#credentials.choose(algorithmOID);
          this.#list.learn(alternateGatekeeper);
          this.#become('registering', '');
          this.#register(false, at);
          return;
        }
        if (answer?.type === 'gatekeeperReject') {
          this.#list.learn(answer.value.altGKInfo?.alternateGatekeeper);
        }
        this.#tryNext(at, answer?.type === 'gatekeeperReject' ? answer.value.rejectReason.type : 'timeout');
      },
    );
  }

  #register(keepAlive: boolean, now: number): void {
    const make = (number: number) => registrationRequest(number, this.#options, this.#parties, keepAlive);
    this.#exchange(make, now, (answer, at) => {
      switch (answer?.type) {
        case 'registrationConfirm':
          this.#onConfirm(answer.value, at);
          return;
        case 'registrationReject':
          this.#onReject(answer.value, keepAlive, at);
          return;
        default:
          // The gatekeeper is gone: another one may have its rooms.
          if (keepAlive) {
            this.#list.restart('alternates');
          }
          this.#tryNext(at, 'timeout');
      }
    });
  }

  #onConfirm(confirm: H225<'RegistrationConfirm'>, now: number): void {
    const { endpointIdentifier, gatekeeperIdentifier, timeToLive, alternateGatekeeper } = confirm;
    this.#failures = 0;
    this.#parties = {
      endpointIdentifier,
      gatekeeperIdentifier: gatekeeperIdentifier ?? this.#parties.gatekeeperIdentifier,
    };
    this.#list.learn(alternateGatekeeper);
    this.#calls.granted(confirm);
    this.#dueAt = now + Math.max(SHORTEST_REFRESH, 500 * (timeToLive ?? this.#options.timeToLive));
    this.#become('registered', '');
  }

  #onReject({ rejectReason, altGKInfo }: H225<'RegistrationReject'>, wasKeepAlive: boolean, now: number): void {
    this.#list.learn(altGKInfo?.alternateGatekeeper);
    if (rejectReason.type === 'discoveryRequired' && wasKeepAlive) {
      this.#begin('configured', now);
    } else if (wasKeepAlive) {
      // It forgot us, or wants to hear all again: what it gave us is worth nothing now.
      this.#parties = { ...this.#parties, endpointIdentifier: undefined };
      this.#become('registering', rejectReason.type);
      this.#register(false, now);
    } else {
      this.#tryNext(now, rejectReason.type);
    }
  }

  /** The gatekeeper lets us go (H.225.0 §7.10): where it says so we come back, else only after a while. */
  #onUnregistration({ requestSeqNum, reason, alternateGatekeeper }: H225<'UnregistrationRequest'>, now: number): void {
    this.#send({ type: 'unregistrationConfirm', value: { requestSeqNum } });
    this.#list.learn(alternateGatekeeper);
    if (reason?.type === 'reregistrationRequired' || reason?.type === 'ttlExpired') {
      this.#begin('configured', now);
    } else if (alternateGatekeeper !== undefined && alternateGatekeeper.length > 0) {
      this.#begin('alternates', now);
    } else {
      this.#attempt += 1;
      this.#failures += 1;
      this.#dueAt = now + retryDelay(this.#failures, undefined, this.#options.chance());
      this.#become('waiting', reason?.type ?? 'unregistered');
    }
  }

  /** A request of the registration itself: its answer counts only while no other attempt was begun. */
  #exchange(
    make: (requestSeqNum: number) => RasMessage,
    now: number,
    settle: (answer: RasMessage | undefined, at: number) => void,
  ): void {
    const attempt = this.#attempt;
    this.#request(
      make,
      (answer, at) => {
        if (attempt === this.#attempt) {
          settle(answer, at);
        }
      },
      now,
    );
  }

  #request(
    make: (requestSeqNum: number) => RasMessage,
    settle: (answer: RasMessage | undefined, at: number) => void,
    now: number,
  ): void {
    if (this.#gatekeeper === undefined) {
      settle(undefined, now);
      return;
    }
    const write = (number: number) => this.#credentials.write(make(number), this.#parties);
    this.#transactions.begin(this.#gatekeeper, write, settle, now);
  }

  #send(message: RasMessage): void {
    if (this.#gatekeeper !== undefined) {
      this.#options.output.send(this.#credentials.write(message, this.#parties), this.#gatekeeper);
    }
  }

  #become(state: RasEndpointState, detail: string): void {
    if (state !== this.#state) {
      this.#state = state;
      this.#options.output.changed(state, detail);
    }
  }
}

/** What calls ask, answered by an endpoint. */
export function admissionBy(endpoint: RasEndpoint, now: () => number): Admission {
  return {
    admit: (call) => new Promise((resolve) => endpoint.admit(call, now(), resolve)),
    release: (call) => endpoint.release(call, now()),
  };
}
