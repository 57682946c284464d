import type { TransportAddress } from '#codecs/media/description.ts';
import type { LegEvent, LegEvents } from '../engine/leg-event.ts';

type Rtcp = Extract<LegEvent, { kind: 'rtcp' }>;
type KeyFrame = Extract<LegEvent, { kind: 'key-frame' }>;

/** Between two reports, a second apart: RTCP datagrams, and steps of key frame requests. */
const MOST_RTCP = 16;
const MOST_KEY_FRAMES = 16;
/** Octets; longer datagrams are left out. */
const LONGEST_DATAGRAM = 1472;

/** What one leg tells for diagnosis until it is taken, bounded: whatever a peer sends, it does not grow. */
export class LegTrace {
  readonly #wall: (now: number) => number;
  #events: LegEvent[] = [];
  #rtcp = 0;
  #keyFrames = 0;
  #leftOut = 0;
  #wantedAt: number | undefined;

  /** `wall`: Unix time in ms that belongs to a time of the engine's clock. */
  constructor(wall: (now: number) => number) {
    this.#wall = wall;
  }

  /** An RTCP datagram that was taken, or is sent. `now` in ms. */
  rtcp(
    direction: Rtcp['direction'],
    media: Rtcp['media'],
    localPort: number,
    remote: TransportAddress,
    datagram: Uint8Array,
    now: number,
  ): void {
    if (this.#rtcp >= MOST_RTCP || datagram.length > LONGEST_DATAGRAM || remote.port === 0) {
      this.#leftOut += 1;
      return;
    }
    this.#rtcp += 1;
    // A copy: datagrams share their memory with others.
    this.#events.push({
      kind: 'rtcp',
      at: this.#wall(now),
      direction,
      media,
      localPort,
      remote: { address: remote.address, port: remote.port },
      bytes: Uint8Array.from(datagram),
    });
  }

  /** We ask the party for a key frame. */
  keyFrameAsked(way: KeyFrame['way'], now: number): void {
    this.#keyFrame({ kind: 'key-frame', at: this.#wall(now), step: 'asked', way });
  }

  /** A key frame of the party is here that was needed for `waited` ms. */
  keyFrameCame(waited: number, now: number): void {
    this.#keyFrame({ kind: 'key-frame', at: this.#wall(now), step: 'came', waited });
  }

  /** The party asks for a key frame of ours. */
  keyFrameWanted(way: KeyFrame['way'], now: number): void {
    this.#wantedAt ??= now;
    this.#keyFrame({ kind: 'key-frame', at: this.#wall(now), step: 'wanted', way });
  }

  /** A key frame of ours is sent; only one that was wanted is told of. */
  keyFrameGiven(now: number): void {
    if (this.#wantedAt !== undefined) {
      this.#keyFrame({ kind: 'key-frame', at: this.#wall(now), step: 'given', waited: now - this.#wantedAt });
      this.#wantedAt = undefined;
    }
  }

  /** What there is since the last time; undefined where there is nothing. `busy`: then it is only counted. */
  take(leg: string, busy: boolean): LegEvents | undefined {
    const leftOut = this.#leftOut + (busy ? this.#events.length : 0);
    const events = busy ? [] : this.#events;
    this.#events = [];
    [this.#rtcp, this.#keyFrames, this.#leftOut] = [0, 0, 0];
    return events.length === 0 && leftOut === 0 ? undefined : { leg, events, leftOut };
  }

  #keyFrame(event: KeyFrame): void {
    if (this.#keyFrames >= MOST_KEY_FRAMES) {
      this.#leftOut += 1;
      return;
    }
    this.#keyFrames += 1;
    this.#events.push(event);
  }
}
