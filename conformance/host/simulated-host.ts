import { isIPv6 } from 'node:net';
import type Srf from 'drachtio-srf';
import { HostMedia, type HostMediaOptions } from './host-media.ts';
import { HostSession } from './host-session.ts';
import type { HostSignalling } from './host-signalling.ts';
import { answerInDialogRequests } from './in-dialog-requests.ts';

/** How a simulated host presents itself over SIP, beside its media. */
export interface SimulatedHostOptions extends Omit<HostMediaOptions, 'address' | 'cname'> {
  readonly signalling: HostSignalling;
  /** Display name. */
  readonly name: string;
  /** User part of its address of record; `room` unless told. */
  readonly user?: string;
  /** Where media are received; default: the address of the signalling. */
  readonly address?: string;
}

/**
 * A SIP room that does what it is told: calls, plays its loops, looks at what it is sent. One call in its life. What else a
 * room may do in a call is in `host-behaviours`, a file each.
 */
export class SimulatedHost {
  readonly name: string;
  readonly #user: string;
  readonly media: HostMedia;
  readonly signalling: HostSignalling;
  /** Offers and answers of the call. */
  readonly session: HostSession;
  #dialog: Srf.Dialog | undefined;
  #endedByPeer = false;

  private constructor(options: SimulatedHostOptions, media: HostMedia) {
    this.name = options.name;
    this.#user = options.user ?? 'room';
    this.media = media;
    this.signalling = options.signalling;
    this.session = new HostSession(media.capabilities, () => media.transport);
  }

  /** Opens its media. Rejects with the system's error or CodecFault. */
  static async open(options: SimulatedHostOptions): Promise<SimulatedHost> {
    const address = options.address ?? options.signalling.address;
    return new SimulatedHost(options, await HostMedia.open({ ...options, address, cname: options.name }));
  }

  /** Whether the far side hung up. */
  get endedByPeer(): boolean {
    return this.#endedByPeer;
  }

  /** The dialog of the call. @throws Error while there is none */
  get dialog(): Srf.Dialog {
    if (this.#dialog === undefined) {
      throw new Error(`${this.name} is in no call`);
    }
    return this.#dialog;
  }

  /** Headers of the host's INVITE. */
  get headers(): Record<string, string> {
    const { address, port } = this.signalling;
    const hostport = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
    return { From: `"${this.name}" <sip:${this.#user}@${hostport}>`, 'User-Agent': 'Classbridge simulated host' };
  }

  /**
   * Calls a SIP URI. Resolves when the answer is acknowledged: media are sent from then on.
   * @returns when that was, ms of `performance.now()`
   * @throws the refusal, with its `status`, or an error where the answer cannot be used
   */
  async dial(uri: string): Promise<{ readonly acknowledgedAt: number }> {
    const { headers } = this;
    const dialog = await this.signalling.srf.createUAC(uri, { localSdp: this.session.offer(), headers });
    // The ACK was handed to the edge just now: it leaves within the millisecond.
    const acknowledgedAt = performance.now();
    this.take(dialog);
    try {
      this.media.use(this.session.accept(dialog.remote.sdp));
    } catch (error) {
      await this.hangUp();
      throw error;
    }
    return { acknowledgedAt };
  }

  /** Makes a dialog the host's call: it answers what comes in it. */
  take(dialog: Srf.Dialog): void {
    this.#dialog = dialog;
    dialog.on('destroy', () => {
      this.#endedByPeer = true;
      this.#dialog = this.#dialog === dialog ? undefined : this.#dialog;
    });
    answerInDialogRequests(dialog, this.session, this.media);
  }

  /** Ends the call if it stands, and the host with it. Resolves when the far side has answered the BYE. */
  async hangUp(): Promise<void> {
    const dialog = this.#dialog;
    this.#dialog = undefined;
    const answered =
      dialog === undefined
        ? undefined
        : new Promise<void>((resolve) => dialog.destroy({ headers: {} }, () => resolve()));
    await Promise.all([answered, this.media.close()]);
  }
}
