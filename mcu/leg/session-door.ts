import type { TransportAddress } from '#codecs/media/description.ts';
import { parseRtcp, type RtcpPacket } from '#codecs/rtcp/packet.ts';
import { parseRtpPacket, type RtpPacket } from '#codecs/rtp/packet.ts';
import type { SessionRecord } from '../engine/resume-record.ts';
import { type DropCounts, type DropReason, NONE_DROPPED } from './drop-reason.ts';
import { Latch } from './latch.ts';
import { ReceiveLimit, type ReceiveRate, RTCP_RATE, UNPROVEN_RATE } from './receive-limit.ts';
import { RtcpLatch } from './rtcp-latch.ts';

interface Clocked {
  readonly payloadType: number;
  readonly clockRate: number;
}

/** What signalling says of the peer of a session. */
export interface SessionPeer {
  readonly remote: TransportAddress;
  readonly remoteRtcp: TransportAddress;
  readonly rtcpMux: boolean;
  /** What may come. */
  readonly receive: readonly Clocked[];
  readonly telephoneEvent?: { readonly receive: Clocked } | undefined;
}

/**
 * The door of a session: which datagrams are let in, and where ours go to. Nothing is taken from an address that is neither signalled
 * nor proven, and nothing is sent there. Times in ms.
 */
export class SessionDoor {
  #rtp: Latch | undefined;
  #rtcp: RtcpLatch | undefined;
  #multiplexed = false;
  #dropped: DropCounts = NONE_DROPPED;
  #keptAliveAt = Number.NEGATIVE_INFINITY;
  readonly #party: ReceiveLimit;
  readonly #control = new ReceiveLimit(RTCP_RATE);
  readonly #unproven = {
    signalled: new ReceiveLimit(UNPROVEN_RATE),
    host: new ReceiveLimit(UNPROVEN_RATE),
    stranger: new ReceiveLimit(UNPROVEN_RATE),
    control: new ReceiveLimit(RTCP_RATE),
  };

  constructor(rate: ReceiveRate) {
    this.#party = new ReceiveLimit(rate);
  }

  /** Takes what signalling says. `host`: IP address that it comes from. */
  update(peer: SessionPeer, rate: ReceiveRate, host: string | undefined, now: number): void {
    this.#rtp ??= new Latch(peer.remote);
    this.#rtcp ??= new RtcpLatch(peer.remoteRtcp);
    this.#rtp.resignal(peer.remote, now);
    this.#rtcp.resignal(peer.remoteRtcp, now);
    const types = [...peer.receive, ...(peer.telephoneEvent === undefined ? [] : [peer.telephoneEvent.receive])];
    this.#rtp.expect(new Map(types.map(({ payloadType, clockRate }) => [payloadType, clockRate])), host);
    this.#party.rate = rate;
    this.#multiplexed = peer.rtcpMux;
  }

  /** What another engine must know. */
  get record(): SessionRecord {
    const [rtp, rtcp] = [this.#rtp?.record, this.#rtcp?.record];
    return { ...(rtp === undefined ? {} : { rtp }), ...(rtcp === undefined ? {} : { rtcp }) };
  }

  /** Goes on as another engine did; after the first `update`. */
  resume({ rtp, rtcp }: SessionRecord, now: number): void {
    if (rtp !== undefined) {
      this.#rtp?.resume(rtp, now);
    }
    if (rtcp !== undefined) {
      this.#rtcp?.resume(rtcp, now);
    }
  }

  /** Where RTP is sent; undefined before anything is signalled. */
  get rtpTarget(): TransportAddress | undefined {
    return this.#rtp?.target;
  }

  /** Where RTCP is sent. */
  get rtcpTarget(): TransportAddress | undefined {
    return this.#multiplexed ? this.#rtp?.target : this.#rtcp?.target;
  }

  /** Whether RTCP shares the port of RTP (RFC 5761). */
  get multiplexed(): boolean {
    return this.#multiplexed;
  }

  /** Datagrams that were not let in. */
  get dropped(): DropCounts {
    return this.#dropped;
  }

  /** Time (ms) of the last RTP from the address in use, be it of no use: it shows that the party is there. */
  get keptAliveAt(): number {
    return this.#keptAliveAt;
  }

  /** A datagram came to the RTP port that is no RTCP. What is to be used: none, one, or with it those held on probation. */
  rtp(datagram: Buffer, from: TransportAddress, now: number): readonly RtpPacket[] {
    const latch = this.#rtp;
    if (latch === undefined) {
      return this.#drop('not-expected');
    }
    const isHeard = latch.hears(from, now);
    const limit = isHeard ? this.#party : this.#unproven[latch.trustOf(from)];
    if (!limit.admits(datagram.length, now)) {
      return this.#drop('over-rate');
    }
    const packet = parseRtpPacket(datagram);
    if (packet === undefined) {
      return this.#drop('not-rtp');
    }
    if (isHeard) {
      this.#keptAliveAt = now;
    }
    const verdict = latch.decide(packet, from, now);
    return 'packets' in verdict ? verdict.packets : this.#drop(verdict.dropped);
  }

  /** A datagram came as RTCP, on either port. What is to be used. */
  rtcp(datagram: Buffer, from: TransportAddress, now: number): readonly RtcpPacket[] {
    const [rtp, rtcp] = [this.#rtp, this.#rtcp];
    if (rtp === undefined || rtcp === undefined) {
      return this.#drop('not-expected');
    }
    const isKnown = rtp.hears(from, now) || (!this.#multiplexed && rtcp.hears(from, now));
    if (!isKnown && this.#multiplexed) {
      return this.#drop('wrong-source');
    }
    if (!(isKnown ? this.#control : this.#unproven.control).admits(datagram.length, now)) {
      return this.#drop('over-rate');
    }
    const packets = parseRtcp(datagram);
    if (packets === undefined) {
      return this.#drop('not-rtcp');
    }
    if (this.#multiplexed) {
      rtp.heardRtcp(from, now);
      return packets;
    }
    return rtcp.accepts(packets, from, rtp, now) ? packets : this.#drop('wrong-source');
  }

  #drop(reason: DropReason): readonly never[] {
    this.#dropped = { ...this.#dropped, [reason]: this.#dropped[reason] + 1 };
    return [];
  }
}
