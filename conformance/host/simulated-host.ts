import { randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type Srf from 'drachtio-srf';
import { acceptAnswer } from '#codecs/media/accept-answer.ts';
import { createOffer } from '#codecs/media/create-offer.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import { asksPictureFastUpdate } from '#signaling/sip/application/picture-fast-update.ts';
import { HostMedia, type HostMediaOptions } from './host-media.ts';
import type { HostSignalling } from './host-signalling.ts';

export interface SimulatedHostOptions extends Omit<HostMediaOptions, 'address' | 'cname'> {
  readonly signalling: HostSignalling;
  /** Display name. */
  readonly name: string;
  /** Where media are received; default: the address of the signalling. */
  readonly address?: string;
}

/** A SIP room that does what it is told: calls, plays its loops, looks at what it is sent. One call in its life. */
export class SimulatedHost {
  readonly media: HostMedia;
  readonly name: string;
  readonly #signalling: HostSignalling;
  #dialog: Srf.Dialog | undefined;
  #endedByPeer = false;

  private constructor(options: SimulatedHostOptions, media: HostMedia) {
    this.name = options.name;
    this.media = media;
    this.#signalling = options.signalling;
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

  /**
   * Calls a SIP URI. Resolves when the answer is acknowledged: media are sent from then on.
   * @returns when that was, ms of `performance.now()`
   * @throws the refusal, with its `status`, or an error where the answer cannot be used
   */
  async dial(uri: string): Promise<{ readonly acknowledgedAt: number }> {
    const { media } = this;
    const { srf, address, port } = this.#signalling;
    const session = { origin: { sessionId: String(randomInt(1, 2 ** 47)), version: '1' } };
    const offer = createOffer(media.capabilities, media.transport, session);
    const hostport = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
    const dialog = await srf.createUAC(uri, {
      localSdp: writeSdp(offer, { address: media.transport.audio.address }),
      headers: { From: `"${this.name}" <sip:room@${hostport}>`, 'User-Agent': 'Classbridge simulated host' },
    });
    // The ACK was handed to the edge just now: it leaves within the millisecond.
    const acknowledgedAt = performance.now();
    this.#dialog = dialog;
    dialog.on('destroy', () => {
      this.#endedByPeer = true;
      this.#dialog = undefined;
    });
    dialog.on('info', (request, response) => this.#onInfo(request, response));
    const answer = readSdp(dialog.remote.sdp);
    const accepted = 'fault' in answer ? answer : acceptAnswer(offer, answer.description, media.capabilities);
    if (!('media' in accepted)) {
      await this.hangUp();
      throw new Error(`the answer cannot be used: ${JSON.stringify(accepted)}`);
    }
    media.start(accepted.media);
    return { acknowledgedAt };
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

  #onInfo(request: Srf.SrfRequest, response: Srf.SrfResponse): void {
    if (asksPictureFastUpdate(request.get('Content-Type') ?? '', request.body ?? '')) {
      this.media.giveKeyFrame();
      response.send(200);
      return;
    }
    response.send(415);
  }
}
