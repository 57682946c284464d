import type { Timer } from '../clock.ts';
import { type RAck, readCSeq } from '../message/cseq.ts';
import { detached } from '../message/detached.ts';
import {
  fieldValue,
  type HeaderField,
  headerField,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message/message.ts';
import { readNameAddr } from '../message/name-addr.ts';
import type { Flow } from '../transport/transport.ts';
import { answererBehindNat, senderBehindNat } from './nat.ts';
import { contactUri, type InDialogRouting, recordRoutes, routeInDialog } from './routing.ts';

/** RFC 3261 §12. */
export type DialogState = 'early' | 'confirmed' | 'terminated';

/** The facts a dialog begins with (RFC 3261 §12.1). */
export interface DialogFacts {
  readonly role: 'uas' | 'uac';
  readonly callId: string;
  readonly localTag: string;
  /** Empty for a peer of RFC 2543. */
  readonly remoteTag: string;
  /** Values of From and To as this side writes them, tags included. */
  readonly localParty: string;
  readonly remoteParty: string;
  readonly localSequence: number;
  readonly remoteSequence: number | undefined;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
  readonly flow: Flow;
  readonly behindNat: boolean;
}

/** The ACK of a 2xx as it was sent, for repeated 2xx. */
export interface SentAck {
  readonly sequence: number;
  readonly bytes: Buffer;
  readonly flow: Flow;
}

/** A 2xx of ours or of the peer that waits for its ACK. */
export interface AwaitedAck {
  /** Credentials of the INVITE, which its ACK repeats (RFC 3261 §22.1). */
  readonly credentials: readonly HeaderField[];
  /** Stops what waits. */
  stop(): void;
}

/** An INVITE of the peer without a final answer. */
export interface PendingServerInvite {
  /** Answers it by 487, as a BYE overtook it (RFC 3261 §15.1.2). */
  refuse(): void;
  /** A PRACK came (RFC 3262 §3). @returns whether it fits the reliable answer that waits */
  acknowledgeProvisional(rack: RAck): boolean;
}

/** One dialog: what RFC 3261 §12 calls its state, and which transactions of it are under way. */
export class Dialog {
  /** The name in the control protocol: Call-ID and the From tag of the request that made the dialog. */
  readonly id: string;
  readonly facts: DialogFacts;
  state: DialogState = 'early';
  localSequence: number;
  remoteSequence: number | undefined;
  remoteTarget: string;
  routeSet: readonly string[];
  /** The flow of the peer's latest message. */
  flow: Flow;
  behindNat: boolean;
  /** Our INVITE in this dialog has no final answer yet. */
  clientInvite = false;
  /** The peer's INVITE that has no final answer yet. */
  serverInvite: PendingServerInvite | undefined;
  /** Our 2xx answers by CSeq number: what to do when their ACK comes. */
  readonly ownAnswers = new Map<number, { acknowledged(ack: SipRequest): void; stop(): void }>();
  /** The peer's 2xx answers by CSeq number whose ACK the application owes. */
  readonly owedAcks = new Map<number, AwaitedAck>();
  lastAck: SentAck | undefined;
  /** The RSeq last passed on, by CSeq number of the INVITE (RFC 3262 §4). */
  readonly reliableSequences = new Map<number, number>();

  /** Ends the dialog when a challenged BYE is not sent again. */
  expiry: Timer | undefined;

  constructor(given: DialogFacts) {
    const facts = {
      ...given,
      callId: detached(given.callId),
      localTag: detached(given.localTag),
      remoteTag: detached(given.remoteTag),
      localParty: detached(given.localParty),
      remoteParty: detached(given.remoteParty),
      remoteTarget: detached(given.remoteTarget),
      routeSet: given.routeSet.map(detached),
    };
    this.facts = facts;
    this.id = dialogId(facts.callId, facts.role === 'uas' ? facts.remoteTag : facts.localTag);
    this.localSequence = facts.localSequence;
    this.remoteSequence = facts.remoteSequence;
    this.remoteTarget = facts.remoteTarget;
    this.routeSet = facts.routeSet;
    this.flow = facts.flow;
    this.behindNat = facts.behindNat;
  }

  /** The next CSeq number of ours (RFC 3261 §12.2.1.1). */
  nextSequence(): number {
    this.localSequence += 1;
    return this.localSequence;
  }

  /** The header fields that every request of ours in this dialog begins with, after Via and Route. */
  identity(sequence: number, method: string): HeaderField[] {
    return [
      headerField('From', this.facts.localParty),
      headerField('To', this.facts.remoteParty),
      headerField('Call-ID', this.facts.callId),
      headerField('CSeq', `${sequence} ${method}`),
    ];
  }

  routing(): InDialogRouting {
    return routeInDialog(this.remoteTarget, this.routeSet);
  }

  /** Takes the new remote target of a target refresh (RFC 3261 §12.2.1.2, §12.2.2). */
  refreshTarget(message: SipMessage): void {
    this.remoteTarget = detached(contactUri(message) ?? this.remoteTarget);
  }

  /** Stops all that waits for the peer. */
  terminate(): void {
    this.state = 'terminated';
    this.expiry?.cancel();
    for (const answer of this.ownAnswers.values()) answer.stop();
    for (const awaited of this.owedAcks.values()) awaited.stop();
    this.ownAnswers.clear();
    this.owedAcks.clear();
  }
}

/** The name of a dialog in the control protocol. @param fromTag that of the request which makes the dialog */
export function dialogId(callId: string, fromTag: string): string {
  return `${callId};from-tag=${fromTag}`;
}

/** The tag parameter of From or To; empty where there is none. */
export function tagOf(message: SipMessage, name: 'From' | 'To'): string {
  return readNameAddr(fieldValue(message, name) ?? '')?.parameters.get('tag') ?? '';
}

function sequenceOf(message: SipMessage): number {
  return readCSeq(fieldValue(message, 'CSeq') ?? '')?.sequence ?? 0;
}

function target(message: SipMessage, otherwise: string): string {
  return contactUri(message) ?? readNameAddr(otherwise)?.uri ?? otherwise;
}

/**
 * The dialog of an INVITE that we answer (RFC 3261 §12.1.1).
 * @param localTag the tag of our answers
 * @param localSequence the number before our first request
 */
export function serverDialog(invite: SipRequest, localTag: string, localSequence: number, flow: Flow): Dialog {
  const to = fieldValue(invite, 'To') ?? '';
  const from = fieldValue(invite, 'From') ?? '';
  return new Dialog({
    role: 'uas',
    callId: fieldValue(invite, 'Call-ID') ?? '',
    localTag,
    remoteTag: tagOf(invite, 'From'),
    localParty: `${to};tag=${localTag}`,
    remoteParty: from,
    localSequence,
    remoteSequence: sequenceOf(invite),
    remoteTarget: target(invite, from),
    routeSet: recordRoutes(invite),
    flow,
    behindNat: senderBehindNat(invite, flow.remote.address),
  });
}

/** The dialog that an answer to our INVITE makes (RFC 3261 §12.1.2). */
export function clientDialog(invite: SipRequest, response: SipResponse, flow: Flow): Dialog {
  const sequence = sequenceOf(invite);
  return new Dialog({
    role: 'uac',
    callId: fieldValue(invite, 'Call-ID') ?? '',
    localTag: tagOf(invite, 'From'),
    remoteTag: tagOf(response, 'To'),
    localParty: fieldValue(invite, 'From') ?? '',
    remoteParty: fieldValue(response, 'To') ?? '',
    localSequence: sequence,
    remoteSequence: undefined,
    remoteTarget: target(response, `<${invite.uri}>`),
    routeSet: recordRoutes(response).reverse(),
    flow,
    behindNat: answererBehindNat(response, flow.remote.address),
  });
}
