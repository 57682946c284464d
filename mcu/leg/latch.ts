import type { TransportAddress } from '#codecs/media/description.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { sequenceNumberDelta, timestampDelta } from '#codecs/rtp/sequence-number.ts';
import { MAX_DROPOUT } from '#codecs/rtp/source-validation.ts';
import type { LatchRecord } from '../engine/resume-record.ts';
import { SourceRun } from './source-run.ts';
import { isNobody, isSameAddress, isSameHost } from './transport-address.ts';

/** A source that has been silent for this long (ms) may be followed to another address. */
export const SILENT_FOR = 3000;
/** ms for which what is still under way from an address that signalling took back is taken. */
const UNDER_WAY = 1000;
/** Addresses on probation, of the party's hosts and of others apart: a flood from everywhere must not push out the party. */
const MAXIMUM_RUNS = 4;
/** Most packets a second that a source may have sent while it was not heard. */
const MAXIMUM_RATE = 1000;
/** ms that a timestamp may run ahead of, or behind, the time that has passed: some rooms stop their clock in a pause. */
const AHEAD = 5000;
const BEHIND = 500;
/** Packets without a payload this near to the newest one are of its sequence: padding that probes the line. */
const NEAR = 64;

/** How far an address is trusted: `signalled` by offer or answer, on a `host` that the party was seen at, or neither. */
export type Trust = 'signalled' | 'host' | 'stranger';

/**
 * Packets in sequence that an address must show before media go to it and come from it; 0 where no proof is enough. Columns: nothing was heard
 * yet; the address in use is heard, and is of this trust; it has been silent for 3 s. `same`: the packets go on where the source left
 * off, in SSRC, sequence numbers and timestamps; `other`: they do not.
 */
export const PROOFS = {
  signalled: {
    unheard: 1,
    heard: { signalled: { same: 0, other: 0 }, host: { same: 2, other: 0 }, stranger: { same: 2, other: 2 } },
    silent: { same: 1, other: 1 },
  },
  host: {
    unheard: 2,
    heard: { signalled: { same: 0, other: 0 }, host: { same: 0, other: 0 }, stranger: { same: 3, other: 3 } },
    silent: { same: 2, other: 4 },
  },
  stranger: {
    unheard: 5,
    heard: { signalled: { same: 0, other: 0 }, host: { same: 0, other: 0 }, stranger: { same: 0, other: 0 } },
    silent: { same: 3, other: 0 },
  },
} as const;

/** What to do with a packet. */
export type LatchVerdict =
  /** These are to be used: the packet itself, and those that were held of its address. */
  | { readonly packets: readonly RtpPacket[] }
  /** Not to be used; `unproven` may be handed out later. */
  | { readonly dropped: 'unproven' | 'wrong-source' | 'wrong-payload-type' | 'keep-alive' };

interface Heard {
  readonly ssrc: number;
  /** Of its newest packet; unknown where the source is known from a record. */
  readonly newest: Pick<RtpPacket, 'sequenceNumber' | 'timestamp' | 'payloadType'> | undefined;
  readonly at: number;
}

/**
 * Symmetric RTP: where to send, when a party's packets come from another address than it signalled (NAT, a room with several
 * networks). The signalled address counts first. Another one is followed only with proof of being the party, and the less it is
 * trusted, the more of it: see `PROOFS`. So strangers neither draw media to themselves nor keep a party out by being first. RTCP
 * moves nothing here.
 */
export class Latch {
  #signalled: TransportAddress;
  #host: string | undefined;
  #clockRates: ReadonlyMap<number, number> = new Map();
  #followed: TransportAddress | undefined;
  /** What was used before signalling named another address, and until when it is still listened to. */
  #former: { readonly address: TransportAddress; readonly until: number } | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  #source: Heard | undefined;
  readonly #runs = { signalled: new Runs(1), host: new Runs(MAXIMUM_RUNS), stranger: new Runs(MAXIMUM_RUNS) };

  constructor(signalled: TransportAddress) {
    this.#signalled = signalled;
  }

  /** Where to send now. */
  get target(): TransportAddress {
    return this.#followed ?? this.#signalled;
  }

  /** Source that the address in use sends; undefined before it was heard. */
  get ssrc(): number | undefined {
    return this.#source?.ssrc;
  }

  /** What another engine must know; undefined before anything was heard. */
  get record(): LatchRecord | undefined {
    const [followed, ssrc] = [this.#followed, this.#source?.ssrc];
    return followed === undefined && ssrc === undefined
      ? undefined
      : {
          signalled: this.#signalled,
          ...(followed === undefined ? {} : { followed }),
          ...(ssrc === undefined ? {} : { ssrc }),
        };
  }

  /** Goes on as another engine did, unless signalling names another address by now: the source counts as heard at `now` (ms). */
  resume({ signalled, followed, ssrc }: LatchRecord, now: number): void {
    if (!isSameAddress(signalled, this.#signalled)) {
      return;
    }
    this.#followed = followed;
    this.#heardAt = now;
    this.#source = ssrc === undefined ? undefined : { ssrc, newest: undefined, at: now };
  }

  /** Which payload types were negotiated, with their clock rates in Hz; `host`: IP address that the party's signalling comes from. */
  expect(clockRates: ReadonlyMap<number, number>, host?: string): void {
    this.#clockRates = clockRates;
    this.#host = host;
  }

  /** Signalling named another address: it counts at once. What is under way from the old one is still taken. `now` in ms. */
  resignal(signalled: TransportAddress, now: number): void {
    if (isSameAddress(signalled, this.#signalled)) {
      return;
    }
    const wasHeard = this.#source !== undefined && !isNobody(this.target);
    this.#former = wasHeard
      ? { address: this.target, until: isNobody(signalled) ? Number.POSITIVE_INFINITY : now + UNDER_WAY }
      : undefined;
    this.#signalled = signalled;
    this.#followed = undefined;
    this.#source = undefined;
    this.#heardAt = Number.NEGATIVE_INFINITY;
    this.#forgetRuns();
  }

  /** How far an address is trusted. */
  trustOf(from: TransportAddress): Trust {
    if (isSameAddress(from, this.#signalled)) {
      return 'signalled';
    }
    const isHost = [this.#signalled.address, this.#host].some(
      (address) => address !== undefined && isSameHost(from.address, address),
    );
    return isHost ? 'host' : 'stranger';
  }

  /** Whether `from` is listened to at `now` (ms): the address in use, or the one before it for a moment. */
  hears(from: TransportAddress, now: number): boolean {
    return isSameAddress(from, this.target) || this.#isFormer(from, now);
  }

  /** RTCP came from `from` on the same port (RFC 5761) at `now` (ms): it keeps the address in use, and moves nothing. */
  heardRtcp(from: TransportAddress, now: number): void {
    if (isSameAddress(from, this.target)) {
      this.#heardAt = now;
    }
  }

  /** A packet came from `from` at `now` (ms). */
  decide(packet: RtpPacket, from: TransportAddress, now: number): LatchVerdict {
    if (packet.payload.length === 0 && !this.#isInSequence(packet)) {
      return this.#keptAlive(from, now);
    }
    const clockRate = this.#clockRates.get(packet.payloadType);
    if (isSameAddress(from, this.target)) {
      // Of whatever type: rooms keep their way open with types that mean nothing (RFC 6263 §4.6).
      this.#heardAt = now;
      if (clockRate === undefined) {
        return { dropped: 'wrong-payload-type' };
      }
      this.#source = { ssrc: packet.ssrc, newest: packet, at: now };
      return { packets: [packet] };
    }
    if (this.#isFormer(from, now)) {
      return clockRate === undefined ? { dropped: 'wrong-payload-type' } : { packets: [packet] };
    }
    const needed = this.#needed(packet, from, now);
    if (clockRate === undefined || needed === 0) {
      return { dropped: 'wrong-source' };
    }
    const run = this.#runs[this.trustOf(from)].of(from);
    if (run.add(packet, clockRate, now) < needed) {
      return { dropped: 'unproven' };
    }
    this.#followed = isSameAddress(from, this.#signalled) ? undefined : from;
    this.#heardAt = now;
    this.#source = { ssrc: packet.ssrc, newest: packet, at: now };
    this.#forgetRuns();
    return { packets: run.packets };
  }

  /**
   * A packet came that holds nothing, with numbers of its own and any payload type, that of media as well (H.460.19):
   * it must not be taken for another source. Anybody can send such: it proves nothing, and keeps alone what was heard before.
   */
  #keptAlive(from: TransportAddress, now: number): LatchVerdict {
    if (!this.hears(from, now)) {
      return { dropped: 'wrong-source' };
    }
    if (this.#source !== undefined && isSameAddress(from, this.target)) {
      this.#heardAt = now;
    }
    return { dropped: 'keep-alive' };
  }

  #isInSequence({ ssrc, sequenceNumber }: RtpPacket): boolean {
    const newest = this.#source?.ssrc === ssrc ? this.#source.newest : undefined;
    return newest !== undefined && Math.abs(sequenceNumberDelta(newest.sequenceNumber, sequenceNumber)) <= NEAR;
  }

  #isFormer(from: TransportAddress, now: number): boolean {
    return this.#former !== undefined && now < this.#former.until && isSameAddress(from, this.#former.address);
  }

  /** How long a run must be; 0 where none is long enough. */
  #needed(packet: RtpPacket, from: TransportAddress, now: number): number {
    if (isNobody(this.#signalled)) {
      return 0;
    }
    const proofs = PROOFS[this.trustOf(from)];
    if (this.#heardAt === Number.NEGATIVE_INFINITY) {
      return proofs.unheard;
    }
    const continuity = this.#continues(packet, now) ? 'same' : 'other';
    return now - this.#heardAt < SILENT_FOR
      ? proofs.heard[this.trustOf(this.target)][continuity]
      : proofs.silent[continuity];
  }

  /** Whether a packet may be the next one of the source that was heard, after the time that it was not. */
  #continues(packet: RtpPacket, now: number): boolean {
    const source = this.#source;
    if (source === undefined || packet.ssrc !== source.ssrc) {
      return false;
    }
    const clockRate = this.#clockRates.get(packet.payloadType);
    if (source.newest === undefined) {
      return true;
    }
    const elapsed = now - source.at;
    const step = sequenceNumberDelta(source.newest.sequenceNumber, packet.sequenceNumber);
    const isInSequence =
      (elapsed * MAXIMUM_RATE) / 1000 > 0x7fff || (step > 0 && step <= MAX_DROPOUT + (elapsed * MAXIMUM_RATE) / 1000);
    if (clockRate === undefined || clockRate !== this.#clockRates.get(source.newest.payloadType)) {
      return isInSequence;
    }
    const passed = (timestampDelta(source.newest.timestamp, packet.timestamp) * 1000) / clockRate;
    return isInSequence && passed >= -BEHIND && passed <= elapsed + AHEAD;
  }

  #forgetRuns(): void {
    this.#runs.signalled.clear();
    this.#runs.host.clear();
    this.#runs.stranger.clear();
  }
}

/** Runs of some addresses, of which the one longest not heard gives way. */
class Runs {
  readonly #most: number;
  readonly #runs = new Map<string, SourceRun>();

  constructor(most: number) {
    this.#most = most;
  }

  of({ address, port }: TransportAddress): SourceRun {
    const key = `${address} ${port}`;
    const run = this.#runs.get(key) ?? new SourceRun();
    this.#runs.delete(key);
    this.#runs.set(key, run);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= this.#most) {
        break;
      }
      this.#runs.delete(oldest);
    }
    return run;
  }

  clear(): void {
    this.#runs.clear();
  }
}
