import type { EndReason } from '#signaling/call/call.ts';

/** How a reason is spelled in SIP. */
export interface SipSpelling {
  /** Final response to an INVITE that ends for this reason (RFC 3261 §21). */
  readonly status: number;
  /** Cause in a Reason header (RFC 3326), from Q.850 table 1. */
  readonly cause: number;
  readonly text: string;
}

/** Every end reason as status and Q.850 cause: the one table for responses and for Reason headers in BYE. */
export const SIP_SPELLINGS: Readonly<Record<EndReason, SipSpelling>> = {
  'remote-hangup': { status: 487, cause: 16, text: 'Normal call clearing' },
  'local-hangup': { status: 603, cause: 16, text: 'Normal call clearing' },
  cancelled: { status: 487, cause: 16, text: 'Request terminated' },
  'unknown-class': { status: 404, cause: 1, text: 'No such class' },
  'no-common-media': { status: 488, cause: 88, text: 'No common media' },
  'bad-request': { status: 400, cause: 95, text: 'Message cannot be read' },
  capacity: { status: 503, cause: 42, text: 'No capacity' },
  'signalling-timeout': { status: 408, cause: 102, text: 'Far side stopped answering' },
  'connection-lost': { status: 500, cause: 27, text: 'Connection lost' },
  replaced: { status: 486, cause: 16, text: 'Called again' },
  'no-answer': { status: 480, cause: 19, text: 'No answer' },
  busy: { status: 486, cause: 17, text: 'Busy' },
  rejected: { status: 603, cause: 21, text: 'Call rejected' },
  unreachable: { status: 404, cause: 3, text: 'No such party' },
  'media-timeout': { status: 500, cause: 31, text: 'No media received' },
  shutdown: { status: 503, cause: 41, text: 'Service stops' },
  'internal-error': { status: 500, cause: 41, text: 'Internal error' },
};

/** Why a call of ours ended, by the final response to its INVITE (RFC 3261 §21). */
export function reasonOfStatus(status: number): EndReason {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 408:
    case 480:
      return 'no-answer';
    case 487:
      return 'cancelled';
    case 488:
    case 606:
    case 415:
      return 'no-common-media';
    case 404:
    case 410:
    case 484:
    case 604:
      return 'unreachable';
    case 503:
      return 'connection-lost';
    default:
      return 'rejected';
  }
}

/** The Reason header (RFC 3326 §2) that tells why a call ends. */
export function reasonHeader(reason: EndReason): string {
  const { cause, text } = SIP_SPELLINGS[reason];
  return `Q.850;cause=${cause};text="${text}"`;
}
