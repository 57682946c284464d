/** Why a datagram that came to a leg's ports was not used. */
export const DROP_REASONS = [
  /** On the RTP port, and neither RTP nor RTCP of version 2 (RFC 3550 §5.1, §A.2): also STUN, DTLS, and what is cut. */
  'not-rtp',
  /** RTCP whose headers or lengths are wrong (RFC 3550 §A.2). */
  'not-rtcp',
  /** Nothing is signalled yet. */
  'not-expected',
  /** From an address that is not the party's. */
  'wrong-source',
  /** From an address that has not yet shown that it is the party's; used after all when it does. */
  'unproven',
  /** A payload type that was not negotiated. */
  'wrong-payload-type',
  /** RTP without a payload that is not in the sequence of what comes: it keeps a way through firewalls open. */
  'keep-alive',
  /** More than a party of this kind may send, or more from strangers than is looked at. */
  'over-rate',
] as const;
/** One of `DROP_REASONS`. */
export type DropReason = (typeof DROP_REASONS)[number];

/** How many datagrams were dropped, for each reason. */
export type DropCounts = Readonly<Record<DropReason, number>>;

/** Nothing was dropped. */
export const NONE_DROPPED: DropCounts = countsOf(() => 0);

/** The sum of two. */
export function addDrops(a: DropCounts, b: DropCounts): DropCounts {
  return countsOf((reason) => a[reason] + b[reason]);
}

/** What came to `before` since; all of `now` where that was begun anew. */
export function subtractDrops(now: DropCounts, before: DropCounts): DropCounts {
  return countsOf((reason) => (now[reason] >= before[reason] ? now[reason] - before[reason] : now[reason]));
}

function countsOf(count: (reason: DropReason) => number): DropCounts {
  return {
    'not-rtp': count('not-rtp'),
    'not-rtcp': count('not-rtcp'),
    'not-expected': count('not-expected'),
    'wrong-source': count('wrong-source'),
    unproven: count('unproven'),
    'wrong-payload-type': count('wrong-payload-type'),
    'keep-alive': count('keep-alive'),
    'over-rate': count('over-rate'),
  };
}
