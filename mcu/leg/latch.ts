import type { TransportAddress } from '#codecs/media/description.ts';
import type { LatchRecord } from '../engine/resume-record.ts';

/** A source that has been silent for this long (ms) may be followed to another address. */
const SILENT_FOR = 3000;

/**
 * Symmetric RTP: where to send, when a party's packets come from another address than it signalled (NAT, a room with
 * several networks). The signalled address always counts, and takes the media back whenever it is heard; another one is
 * followed only while nothing comes from the address in use, so that a stranger can neither draw the media to himself in the
 * middle of a call nor keep a party out by being first.
 */
export class Latch {
  #signalled: TransportAddress;
  #followed: TransportAddress | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(signalled: TransportAddress) {
    this.#signalled = signalled;
  }

  /** Where to send now. */
  get target(): TransportAddress {
    return this.#followed ?? this.#signalled;
  }

  /** Signalling named another address: it counts at once. */
  resignal(signalled: TransportAddress): void {
    if (!same(signalled, this.#signalled)) {
      this.#signalled = signalled;
      this.#followed = undefined;
      this.#heardAt = Number.NEGATIVE_INFINITY;
    }
  }

  /** What another engine must know; undefined while media go where signalling says. */
  get record(): LatchRecord | undefined {
    return this.#followed === undefined ? undefined : { signalled: this.#signalled, followed: this.#followed };
  }

  /** Goes on as another engine did, unless signalling names another address by now. `now` in ms. */
  resume({ signalled, followed }: LatchRecord, now: number): void {
    if (same(signalled, this.#signalled)) {
      this.#followed = followed;
      this.#heardAt = now;
    }
  }

  /** A valid packet came from `from` at `now` (ms). Whether it is to be taken. */
  accepts(from: TransportAddress, now: number): boolean {
    if (same(from, this.#signalled)) {
      this.#followed = undefined;
    } else if (!same(from, this.target)) {
      if (now - this.#heardAt < SILENT_FOR) {
        return false;
      }
      this.#followed = from;
    }
    this.#heardAt = now;
    return true;
  }
}

function same(a: TransportAddress, b: TransportAddress): boolean {
  return a.port === b.port && a.address === b.address;
}
