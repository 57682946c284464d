import type { TransportAddress } from '#codecs/media/description.ts';
import type { RtcpPacket } from '#codecs/rtcp/packet.ts';
import type { LatchRecord } from '../engine/resume-record.ts';
import type { Latch } from './latch.ts';
import { isNobody, isSameAddress, isSameHost } from './transport-address.ts';

/** ms without RTCP after which another address may be followed: reports come every five seconds (RFC 3550 §6.2), and some get lost. */
const SILENT_FOR = 15_000;
/** ms for which an address that signalling took back is still listened to. */
const UNDER_WAY = 1000;

/**
 * Where RTCP goes and comes from when it has a port of its own. The signalled address counts. Another one is followed when it is on
 * the host that RTP comes from and reports as that source; while no RTP is heard, when it is on a host that the party was signalled
 * at and names itself (a party that only receives). It never says anything about where RTP goes.
 */
export class RtcpLatch {
  #signalled: TransportAddress;
  #followed: TransportAddress | undefined;
  #former: { readonly address: TransportAddress; readonly until: number } | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(signalled: TransportAddress) {
    this.#signalled = signalled;
  }

  /** Where to send now. */
  get target(): TransportAddress {
    return this.#followed ?? this.#signalled;
  }

  /** Whether `from` is listened to at `now` (ms): the address in use, or the one before it for a moment. */
  hears(from: TransportAddress, now: number): boolean {
    return isSameAddress(from, this.target) || this.#isFormer(from, now);
  }

  /** What another engine must know; undefined while RTCP goes where signalling says. */
  get record(): LatchRecord | undefined {
    return this.#followed === undefined ? undefined : { signalled: this.#signalled, followed: this.#followed };
  }

  /** Goes on as another engine did, unless signalling names another address by now. `now` in ms. */
  resume({ signalled, followed }: LatchRecord, now: number): void {
    if (isSameAddress(signalled, this.#signalled)) {
      this.#followed = followed;
      this.#heardAt = now;
    }
  }

  /** Signalling named another address: it counts at once. `now` in ms. */
  resignal(signalled: TransportAddress, now: number): void {
    if (isSameAddress(signalled, this.#signalled)) {
      return;
    }
    const wasHeard = this.#heardAt !== Number.NEGATIVE_INFINITY && !isNobody(this.target);
    this.#former = wasHeard
      ? { address: this.target, until: isNobody(signalled) ? Number.POSITIVE_INFINITY : now + UNDER_WAY }
      : undefined;
    this.#signalled = signalled;
    this.#followed = undefined;
    this.#heardAt = Number.NEGATIVE_INFINITY;
  }

  /** A compound came from `from` at `now` (ms). Whether it is to be taken. `rtp`: where the RTP of the same stream is. */
  accepts(compound: readonly RtcpPacket[], from: TransportAddress, rtp: Latch, now: number): boolean {
    if (isSameAddress(from, this.target)) {
      this.#heardAt = now;
      return true;
    }
    // Some rooms send RTCP from the port of their RTP.
    if (this.#isFormer(from, now) || rtp.hears(from, now)) {
      return true;
    }
    const mayMove = now - this.#heardAt >= SILENT_FOR || isSameAddress(from, this.#signalled);
    if (isNobody(this.#signalled) || !mayMove || !isOfParty(compound, from, rtp)) {
      return false;
    }
    this.#followed = isSameAddress(from, this.#signalled) ? undefined : from;
    this.#heardAt = now;
    return true;
  }

  #isFormer(from: TransportAddress, now: number): boolean {
    return this.#former !== undefined && now < this.#former.until && isSameAddress(from, this.#former.address);
  }
}

function isOfParty(compound: readonly RtcpPacket[], from: TransportAddress, rtp: Latch): boolean {
  const [report, ...others] = compound;
  if (report?.type !== 'sender-report' && report?.type !== 'receiver-report') {
    return false;
  }
  if (rtp.ssrc !== undefined) {
    return report.ssrc === rtp.ssrc && isSameHost(from.address, rtp.target.address);
  }
  const isNamed = others.some(
    (packet) =>
      packet.type === 'source-description' &&
      packet.chunks.some(({ ssrc, cname }) => ssrc === report.ssrc && cname !== undefined && cname !== ''),
  );
  return isNamed && rtp.trustOf(from) !== 'stranger';
}
