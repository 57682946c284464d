import { HostSignalling } from '../host/host-signalling.ts';
import type { PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import type { SoundLoop } from '../host/sound-loop.ts';
import { answerCall } from './being-called.ts';
import { seesMoving } from './sees-moving.ts';

/** Who the room is, and what it shows and plays each time that it comes. */
export interface ReturningRoomOptions {
  /** Number in its pictures. */
  readonly number: number;
  readonly picture: PictureLoop;
  readonly sound: SoundLoop;
  /** Where its SIP and its media are. */
  readonly address: string;
}

/** A simulated room with SIP of its own that takes every call, as rooms that answer by themselves do. */
export class ReturningRoom {
  readonly number: number;
  readonly host: SimulatedHost;
  /** Calls that it has taken, and calls that the far side ended. */
  readonly counts = { answered: 0, ended: 0 };
  readonly #signalling: HostSignalling;
  #answeredAt = Number.POSITIVE_INFINITY;

  private constructor(number: number, host: SimulatedHost, signalling: HostSignalling) {
    this.number = number;
    this.host = host;
    this.#signalling = signalling;
    signalling.srf.invite((request, response) => {
      void answerCall(host, request, response).then(() => {
        this.counts.answered += 1;
        this.#begun();
      });
    });
  }

  static async open({ number, picture, sound, address }: ReturningRoomOptions): Promise<ReturningRoom> {
    const signalling = await HostSignalling.open(address);
    const [name, user] = [`Room ${number}`, `room-${number}`];
    const host = await SimulatedHost.open({ signalling, name, user, pictures: [picture], sounds: [sound] });
    return new ReturningRoom(number, host, signalling);
  }

  /** Calls by itself. */
  async dial(uri: string): Promise<void> {
    await this.host.dial(uri);
    this.#begun();
  }

  /** SIP URI under which it is called. */
  get uri(): string {
    return `sip:room-${this.number}@${this.#signalling.address}:${this.#signalling.port}`;
  }

  /** From now on, what counts for `sees` is what comes in a call that it takes later. */
  forget(): void {
    this.#answeredAt = Number.POSITIVE_INFINITY;
  }

  /**
   * Waits until it sees all of these rooms move, in pictures that came in its present call.
   * @returns when it did, ms of `performance.now()`
   */
  sees(numbers: readonly number[], timeout: number): Promise<number> {
    return seesMoving(this.host.media, { room: this.number, numbers, since: () => this.#answeredAt, timeout });
  }

  async close(): Promise<void> {
    await this.host.hangUp();
    await this.#signalling.close();
  }

  #begun(): void {
    this.#answeredAt = performance.now();
    this.host.dialog.once('destroy', () => {
      this.counts.ended += 1;
    });
  }
}
