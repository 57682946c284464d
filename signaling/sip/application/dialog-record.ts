import type Srf from 'drachtio-srf';
import { isPrivate } from '../edge/dialog/nat.ts';
import { isAddress, sameHost } from '../edge/message/host.ts';
import { splitList } from '../edge/message/list.ts';
import { readNameAddr } from '../edge/message/name-addr.ts';
import { readSipUri } from '../edge/message/uri.ts';

/** What must be known of a dialog to end it when the process that made it is gone (RFC 3261 §12). */
export interface DialogRecord {
  readonly callId: string;
  readonly localUri: string;
  readonly localTag: string;
  readonly remoteUri: string;
  /** Empty for a peer of RFC 2543. */
  readonly remoteTag: string;
  /** The highest CSeq number of ours that is known; the SIP server may have used others since. */
  readonly localSequence: number;
  /** Where requests of the dialog go: the far side's Contact. */
  readonly remoteTarget: string;
  /** Values of Route, the next hop first. */
  readonly routeSet: readonly string[];
  /** Whether `source` is the far side itself, or the NAT before it, and no proxy that stayed out of the dialog. */
  readonly direct: boolean;
  /** Where the far side's packets came from. */
  readonly source: {
    /** `udp` or `tcp`, as the SIP server names it. */
    readonly protocol: string;
    readonly address: string;
    readonly port: number;
  };
}

/** Told of dialogs as they come to be and change. */
export interface DialogWitness {
  /** The call with this id has this dialog; told before the far side hears that it is answered, and again when it changed. */
  dialog(id: string, record: DialogRecord): void;
}

/** The dialog that our answer with this tag to an INVITE makes (RFC 3261 §12.1.1). */
export function dialogOfInvite(invite: Srf.SrfRequest, localTag: string): DialogRecord {
  const [from, to] = [invite.getParsedHeader('From'), invite.getParsedHeader('To')];
  return {
    callId: invite.get('Call-ID') ?? '',
    localUri: to.uri,
    localTag,
    remoteUri: from.uri,
    remoteTag: from.params?.tag ?? '',
    localSequence: 0,
    remoteTarget: contactOf(invite) ?? from.uri,
    routeSet: routes(invite),
    direct: splitList(invite.get('Via') ?? '').length === 1,
    source: sourceOf(invite),
  };
}

/** The dialog that a 2xx to our INVITE makes (RFC 3261 §12.1.2). */
export function dialogOfAnswer(invite: Srf.SrfRequest, answer: Srf.SrfResponse): DialogRecord {
  const [from, to] = [invite.getParsedHeader('From'), answer.getParsedHeader('To')];
  const remoteTarget = contactOf(answer) ?? invite.uri;
  const source = sourceOf(answer);
  return {
    callId: answer.get('Call-ID') ?? '',
    localUri: from.uri,
    localTag: from.params?.tag ?? '',
    remoteUri: to.uri,
    remoteTag: to.params?.tag ?? '',
    localSequence: Number.parseInt(answer.get('CSeq') ?? '', 10) || 0,
    remoteTarget,
    routeSet: routes(answer).reverse(),
    direct: answersDirectly(remoteTarget, source.address),
    source,
  };
}

/** The same dialog after a target refresh of the far side (RFC 3261 §12.2.2); undefined where nothing changed. */
export function refreshedBy(record: DialogRecord, request: Srf.SrfRequest): DialogRecord | undefined {
  const remoteTarget = contactOf(request) ?? record.remoteTarget;
  const source = sourceOf(request);
  const same =
    remoteTarget === record.remoteTarget &&
    (['protocol', 'address', 'port'] as const).every((name) => source[name] === record.source[name]);
  return same ? undefined : { ...record, remoteTarget, source };
}

/** The URI of the hop by which the far side is reached; undefined where its Contact leads there. */
export function hopTo({ remoteTarget, source, direct, routeSet }: DialogRecord): string | undefined {
  const [first] = routeSet;
  if (first !== undefined) {
    return readNameAddr(first)?.uri;
  }
  if (!direct) {
    return undefined;
  }
  const contact = readSipUri(remoteTarget);
  const host = source.address.includes(':') ? `[${source.address}]` : source.address;
  if (contact === undefined || !sameHost(contact.host, source.address)) {
    // Behind a NAT, or a name that leads elsewhere: the way back is the one that the packets came.
    return `sip:${host}:${source.port};transport=${source.protocol}`;
  }
  const named = contact.parameters.get('transport')?.toLowerCase() ?? 'udp';
  // Devices that call by TCP often forget to say so in their Contact.
  return named === source.protocol ? undefined : `sip:${host}:${contact.port ?? 5060};transport=${source.protocol}`;
}

/** As the edge tells answerers behind a NAT: we reached a public address, and its Contact is a private one. */
function answersDirectly(remoteTarget: string, source: string): boolean {
  const host = readSipUri(remoteTarget)?.host ?? '';
  return isAddress(host) && (sameHost(host, source) || (isPrivate(host) && !isPrivate(source)));
}

function contactOf(message: Srf.SipMessage): string | undefined {
  if (!message.has('Contact')) {
    return undefined;
  }
  const [contact] = message.getParsedHeader('Contact');
  return contact?.uri;
}

function routes(message: Srf.SipMessage): string[] {
  return message.has('Record-Route') ? splitList(message.get('Record-Route') ?? '') : [];
}

function sourceOf(message: Srf.SrfRequest | Srf.SrfResponse): DialogRecord['source'] {
  return {
    protocol: message.protocol || 'udp',
    address: message.source_address,
    port: Number(message.source_port),
  };
}
