import type { TransportAddress } from '#codecs/media/description.ts';
import { PerError } from '../../asn1/per-error.ts';
import type { H225 } from '../../h225/types.ts';
import type { CallToAdmit } from '../admission.ts';
import { isAnswer, type RasMessage, readRas, sequenceNumberOf, tokensOf, writeRas } from '../message.ts';
import { Authenticator, type Proof } from '../security/authenticator.ts';
import { writeHashed } from '../security/hashed-message.ts';
import { Transactions } from '../transactions.ts';
import { faultOf, isFromRoom, namedRegistration } from './access.ts';
import { AdmittedCalls } from './admitted-calls.ts';
import { admitted, identifierOf, REPORT_INTERVAL } from './admitting.ts';
import { AnswerCache } from './answer-cache.ts';
import { reject, securityDenial } from './answers.ts';
import { type ArrivedCall, partiesAt, takeUp } from './call-arrival.ts';
import { discovered } from './discovery.ts';
import { bandwidthChanged, disengaged, goesOn, reported, unregistered } from './in-call.ts';
import { located } from './locating.ts';
import { type Arrival, type GatekeeperOptions, PROTOCOL } from './options.ts';
import { OwnRequests } from './own-requests.ts';
import { rasAddressOf, registered } from './registering.ts';
import { type Registration, Registry } from './registry.ts';
import { SourceLimits } from './source-limits.ts';

/** A datagram as the socket got it. */
export type Received = Arrival & { readonly isMulticast: boolean };

/** A call by its identifier, and where its signalling comes from; undefined where we made both up ourselves. */
type NamedCall = Pick<CallToAdmit, 'callIdentifier' | 'remoteAddress'>;

type Rejected = { readonly answer: RasMessage | undefined };

/** ms in which a room takes leave of a call by itself. */
const OWN_LEAVE = 2000;

/**
 * A gatekeeper (H.225.0 §7, H.323 §7): rooms register, ask for calls and tell of them. Pure: time, wall clock and random octets are
 * given, datagrams go to `output.send`. Only what was registered, admitted or proven is kept, within bounds.
 */
export class Gatekeeper {
  readonly registry = new Registry();
  readonly calls: AdmittedCalls;
  readonly #options: GatekeeperOptions;
  readonly #authenticator: Authenticator;
  readonly #answers = new AnswerCache();
  readonly #limits = new SourceLimits();
  readonly #transactions: Transactions;
  readonly #requests: OwnRequests;
  /** Calls that are over here, which rooms are told if they do not take leave, and when (ms). */
  readonly #ending = new Map<string, { callIdentifier: Uint8Array; rooms: Set<string>; at: number }>();

  constructor(options: GatekeeperOptions) {
    this.#options = options;
    this.calls = new AdmittedCalls(options.bandwidth);
    this.#authenticator = new Authenticator(options.users);
    this.#transactions = new Transactions({
      send: (data, to) => options.output.send(data, to),
      chance: () => this.#random() / 2 ** 32,
    });
    this.#requests = new OwnRequests(this.#transactions, options.gatekeeperIdentifier, (message, room) =>
      this.#write(message, room.scheme === 'hmac' ? room.user : undefined, room.endpointIdentifier),
    );
  }

  /** Takes a datagram. Never throws for what stands in it. */
  receive(received: Received): void {
    const { data, from, now } = received;
    const { output } = this.#options;
    if (!this.#limits.allows(from.address, now)) {
      output.event({ type: 'limited', address: from.address });
      return;
    }
    const known = this.#answers.find(data, from, now);
    if (known !== undefined) {
      if (known.answer !== undefined) {
        output.send(known.answer, known.to);
      }
      return;
    }
    let message: RasMessage;
    try {
      message = readRas(data);
    } catch (error) {
      if (!(error instanceof PerError)) {
        throw error;
      }
      output.event({ type: 'unreadable', address: from.address });
      return;
    }
    if (message.type !== 'infoRequestResponse' && isAnswer(message)) {
      this.#transactions.receive(message, from, now);
      return;
    }
    this.#onRequest(message, received);
  }

  /** Lets times run out; to be called about once a second. */
  tick(now: number): void {
    this.#transactions.tick(now);
    for (const registration of this.registry.expire(now)) {
      this.#gone(registration, 'expired');
      this.#requests.unregister(registration, 'ttlExpired', now, () => undefined);
    }
    this.#endCalls(now);
    this.#askForCalls(now);
  }

  /** The room that has an alias. */
  lookup(alias: string): Registration | undefined {
    return this.registry.byAlias(alias);
  }

  /** The rooms that were let into a call and are where its signalling comes from: by their endpointIdentifiers. */
  partiesOf({ callIdentifier, remoteAddress }: NamedCall): string[] {
    return partiesAt(callIdentifier, remoteAddress, this);
  }

  /** A call came to us: see `takeUp`. */
  arrived(call: ArrivedCall, called: string | undefined, now: number): string | undefined {
    return takeUp(call, called, now, this);
  }

  /** A call is over on our side: its rooms that do not say so by themselves soon are told. */
  callEnded(call: NamedCall, now: number): void {
    const rooms = new Set(this.partiesOf(call));
    if (rooms.size > 0) {
      const { callIdentifier } = call;
      const key = keyOf(callIdentifier);
      const before = this.#ending.get(key)?.rooms ?? [];
      this.#ending.set(key, { callIdentifier, rooms: new Set([...before, ...rooms]), at: now + OWN_LEAVE });
    }
  }

  /** Sends a room away. */
  unregister(endpointIdentifier: string, now: number): void {
    const registration = this.registry.remove(endpointIdentifier);
    if (registration !== undefined) {
      this.#gone(registration, 'unregistered');
      this.#requests.unregister(registration, 'undefinedReason', now, () => undefined);
    }
  }

  /** Puts back a registration that an earlier process knew. */
  restore(registration: Registration): void {
    this.registry.register(registration);
  }

  /** We go: rooms shall look for another gatekeeper, or for us, anew. Each is told once. */
  close(now: number): void {
    for (const registration of this.registry.all()) {
      this.registry.remove(registration.endpointIdentifier);
      this.#requests.unregister(registration, 'maintenance', now, () => undefined);
    }
    this.#transactions.clear();
  }

  #onRequest(request: RasMessage, received: Received): void {
    const { from, data, now } = received;
    const registration = namedRegistration(request, from, this.registry);
    const proof = this.#proofOf(request, registration, received);
    const { users, authentication } = this.#options;
    const isOpen = users.length === 0 && authentication === 'optional';
    const why = isOpen ? undefined : faultOf(request, registration, proof, from, authentication);
    if (why !== undefined) {
      this.#options.output.event({ type: 'refused', request: request.type, why, address: from.address });
    }
    const { answer } =
      why === undefined
        ? this.#answer(request, registration, proof, received)
        : { answer: securityDenial(request, this.#options.gatekeeperIdentifier) };
    if (answer === undefined) {
      this.#answers.add(data, from, { answer: undefined, to: from }, now);
      return;
    }
    const isSigned = why === undefined && proof.outcome === 'proven' && proof.scheme === 'hmac';
    const identifier =
      answer.type === 'registrationConfirm' ? answer.value.endpointIdentifier : registration?.endpointIdentifier;
    const written = this.#write(answer, isSigned ? proof.user.name : undefined, identifier);
    const to = replyAddressOf(request, from);
    this.#answers.add(data, from, { answer: written, to }, now);
    this.#options.output.send(written, to);
  }

  #answer(request: RasMessage, registration: Registration | undefined, proof: Proof, received: Received): Rejected {
    const { from, now } = received;
    const context = { options: this.#options, registry: this.registry, calls: this.calls };
    const room = registration !== undefined && isFromRoom(registration, proof, from) ? registration : undefined;
    switch (request.type) {
      case 'gatekeeperRequest':
        return { answer: discovered(request.value, received, this.#options, this.#authenticator) };
      case 'registrationRequest':
        return this.#register(request.value, proof, received);
      case 'unregistrationRequest': {
        const { answer, gone } = unregistered(request.value, room, context);
        if (gone !== undefined) {
          this.#gone(gone, 'unregistered');
        }
        return { answer };
      }
      case 'locationRequest':
        return { answer: located(request.value, this.#isNeighbour(request.value, from), received, context) };
      case 'admissionRequest':
        if (room === undefined) {
          return {
            answer: reject.admission(request.value.requestSeqNum, { type: 'callerNotRegistered', value: null }),
          };
        }
        if (!request.value.answerCall) {
          // A call by the name of one that was over just now is another one.
          this.#ending.get(keyOf(identifierOf(request.value)))?.rooms.delete(room.endpointIdentifier);
        }
        return { answer: admitted(request.value, room, received, context) };
      case 'bandwidthRequest':
        return {
          answer:
            room === undefined
              ? notBound(request.value.requestSeqNum)
              : bandwidthChanged(request.value, room, this.calls),
        };
      case 'disengageRequest':
        return {
          answer:
            room === undefined
              ? notRegistered(request.value.requestSeqNum)
              : disengaged(request.value, room, this.calls),
        };
      case 'infoRequestResponse':
        this.#transactions.receive(request, from, now);
        return { answer: this.#report(request.value, room, now) };
      case 'resourcesAvailableIndicate': {
        const { requestSeqNum } = request.value;
        return {
          answer: { type: 'resourcesAvailableConfirm', value: { requestSeqNum, protocolIdentifier: PROTOCOL } },
        };
      }
      case 'serviceControlIndication': {
        const { requestSeqNum } = request.value;
        const result = { type: 'notAvailable', value: null } as const;
        return { answer: { type: 'serviceControlResponse', value: { requestSeqNum, result } } };
      }
      default:
        return { answer: notUnderstood(request, received.data) };
    }
  }

  #register(request: H225<'RegistrationRequest'>, proof: Proof, received: Received): Rejected {
    const context = { options: this.#options, registry: this.registry, authenticator: this.#authenticator };
    const { answer, registered: registration, replaced } = registered(request, proof, received, context);
    for (const gone of replaced) {
      this.#gone(gone, 'replaced');
    }
    if (registration !== undefined) {
      this.#options.output.event({ type: 'registered', registration });
    }
    if (answer.type === 'registrationReject') {
      const why = answer.value.rejectReason.type;
      this.#options.output.event({
        type: 'refused',
        request: 'registrationRequest',
        why,
        address: received.from.address,
      });
    }
    return { answer };
  }

  #report(response: H225<'InfoRequestResponse'>, room: Registration | undefined, now: number): RasMessage | undefined {
    if (room !== undefined) {
      return reported(response, room, this.calls, now);
    }
    const { requestSeqNum, needResponse } = response;
    const nakReason = { type: 'notRegistered', value: null } as const;
    return needResponse === true ? { type: 'infoRequestNak', value: { requestSeqNum, nakReason } } : undefined;
  }

  #proofOf(request: RasMessage, registration: Registration | undefined, { data, from, now }: Received): Proof {
    return this.#authenticator.verify(
      {
        data,
        ...tokensOf(request),
        address: from.address,
        registeredUser: registration?.user,
        endpointIdentifier: registration?.endpointIdentifier,
        gatekeeperIdentifier: this.#options.gatekeeperIdentifier,
        wallClock: this.#options.wallClock(),
      },
      now,
    );
  }

  /** Rooms that are registered may ask as neighbours do. */
  #isNeighbour({ endpointIdentifier }: H225<'LocationRequest'>, { address }: TransportAddress): boolean {
    const { neighbours } = this.#options;
    const room = endpointIdentifier === undefined ? undefined : this.registry.byIdentifier(endpointIdentifier);
    return neighbours === 'any' || neighbours.includes(address) || room?.sourceAddress === address;
  }

  #gone(registration: Registration, type: 'unregistered' | 'expired' | 'replaced'): void {
    this.calls.leaveAll(registration.endpointIdentifier);
    // A room that begins anew may count anew: the same octets are another request then.
    this.#answers.forget(registration.sourceAddress);
    this.#options.output.event({ type, registration });
  }

  #endCalls(now: number): void {
    for (const [key, { callIdentifier, rooms, at }] of this.#ending) {
      if (now < at) {
        continue;
      }
      this.#ending.delete(key);
      const call = this.calls.get(callIdentifier);
      for (const [identifier, party] of call?.parties ?? []) {
        if (!rooms.has(identifier)) {
          continue;
        }
        const room = this.registry.byIdentifier(identifier);
        this.calls.leave(callIdentifier, identifier);
        if (call !== undefined && room !== undefined) {
          this.#requests.disengage(room, call, party, now, () => undefined);
        }
      }
    }
  }

  /** Rooms that stopped telling of a call are asked; who says nothing then has left it. */
  #askForCalls(now: number): void {
    const patience = 2 * 1000 * REPORT_INTERVAL;
    for (const call of this.calls.all()) {
      for (const [identifier, party] of call.parties) {
        const room = this.registry.byIdentifier(identifier);
        if (room === undefined) {
          this.calls.leave(call.callIdentifier, identifier);
        } else if (party.askedAt === undefined && now - party.heardAt >= patience) {
          this.calls.asked(call.callIdentifier, identifier, now);
          this.#requests.ask(room, call, party, now, (answer, at) => {
            if (answer !== undefined && goesOn(answer, call, party)) {
              this.calls.heard(call.callIdentifier, identifier, at);
            } else {
              this.calls.leave(call.callIdentifier, identifier);
            }
          });
        }
      }
    }
  }

  #write(message: RasMessage, user: string | undefined, generalId: string | undefined): Buffer {
    const key = user === undefined ? undefined : this.#authenticator.user(user)?.key;
    if (key === undefined) {
      return writeRas(message);
    }
    const { gatekeeperIdentifier, wallClock, random } = this.#options;
    const sender = { timeStamp: wallClock(), random: this.#random(), generalId, sendersId: gatekeeperIdentifier };
    return writeHashed(message, key, sender, random(12));
  }

  #random(): number {
    return Buffer.from(this.#options.random(4)).readUInt32BE();
  }
}

function replyAddressOf(request: RasMessage, from: TransportAddress): TransportAddress {
  switch (request.type) {
    case 'gatekeeperRequest':
      return rasAddressOf([request.value.rasAddress], from);
    case 'registrationRequest':
      return rasAddressOf(request.value.rasAddress, from);
    case 'locationRequest':
      return rasAddressOf([request.value.replyAddress], from);
    default:
      return from;
  }
}

function notUnderstood(request: RasMessage, data: Uint8Array): RasMessage {
  // A kind that we cannot read has its number somewhere: the sender knows it by what it sent.
  const requestSeqNum = sequenceNumberOf(request) ?? 1;
  return { type: 'unknownMessageResponse', value: { requestSeqNum, messageNotUnderstood: data } };
}

function keyOf(callIdentifier: Uint8Array): string {
  return Buffer.from(callIdentifier).toString('hex');
}

function notBound(requestSeqNum: number): RasMessage {
  const rejectReason = { type: 'notBound', value: null } as const;
  return { type: 'bandwidthReject', value: { requestSeqNum, rejectReason, allowedBandWidth: 0 } };
}

function notRegistered(requestSeqNum: number): RasMessage {
  return { type: 'disengageReject', value: { requestSeqNum, rejectReason: { type: 'notRegistered', value: null } } };
}
