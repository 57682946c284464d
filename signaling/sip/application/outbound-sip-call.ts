import type Srf from 'drachtio-srf';
import type { MediaDescription } from '#codecs/media/description.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import type { MediaExchange } from '../../call/call.ts';
import type { Clock } from '../edge/clock.ts';
import { ALLOWED_METHODS, DialogSession, timerHeadersOf } from './dialog-session.ts';
import { namesMethod } from './names-method.ts';
import { acceptTimer, readSessionExpires, type TimerWishes, timerRequestHeaders } from './session-timer.ts';
import { SipCall, type SipCallOptions } from './sip-call.ts';
import { reasonOfStatus } from './status.ts';

export interface OutboundSipCallOptions extends SipCallOptions {
  /** SIP URI that is called. */
  readonly uri: string;
  /** Address of record that we call as. */
  readonly from: string;
  /** Where the far side asks for a password (401, 407). */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** Another hop than the URI names: a registered room's flow, a trunk's proxy. */
  readonly proxy: string | undefined;
  readonly wishes: TimerWishes;
  readonly clock: Clock;
  readonly srf: Srf;
}

/** What drachtio-srf throws for a final response that is no success. */
interface Refusal {
  readonly status: number;
  readonly res?: Srf.SrfResponse;
}

/** How often a call is tried again with a longer session (422). */
const TIMER_TRIES = 3;

/** A room that we call. */
export class OutboundSipCall extends SipCall {
  readonly direction = 'outbound';
  /** There is no offer yet: ours goes out with the INVITE, and the answer comes with the 2xx. */
  readonly invitation: MediaExchange;
  readonly #options: OutboundSipCallOptions;
  #request: Srf.SrfRequest | undefined;

  constructor(options: OutboundSipCallOptions) {
    super(options);
    this.#options = options;
    this.invitation = {
      offer: undefined,
      complete: (description) => this.#invite(description),
      refuse: (reason) => this.end(reason),
    };
  }

  protected refuse(): void {
    this.#request?.cancel(() => undefined);
  }

  async #invite(description: MediaDescription): Promise<MediaDescription | undefined> {
    const sdp = writeSdp(description, { address: this.localAddress });
    const dialog = await this.#dial(sdp, this.#options.wishes, TIMER_TRIES);
    const response = responseOf(dialog);
    const session = new DialogSession({
      dialog,
      localAddress: this.localAddress,
      terms: response === undefined ? undefined : acceptTimer(timerHeadersOf(response)),
      wishes: this.#options.wishes,
      allowsUpdate: namesMethod(response?.get('Allow'), 'UPDATE'),
      clock: this.#options.clock,
      log: this.log,
      listener: this.listener(),
    });
    this.session = session;
    if (this.ended) {
      // Given up while the 200 was on its way: CANCEL came too late, so the dialog is ended by BYE.
      session.end('cancelled');
      throw new Error('the call was given up');
    }
    const answer = readSdp(dialog.remote.sdp ?? '');
    if ('fault' in answer) {
      this.end('bad-request');
      throw new Error(`the answer cannot be read: ${answer.fault}`);
    }
    this.emit('answered');
    return answer.description;
  }

  async #dial(sdp: string, wishes: TimerWishes, tries: number): Promise<Srf.Dialog> {
    const { srf, uri, from, credentials, proxy } = this.#options;
    const options = {
      localSdp: sdp,
      followRedirects: true,
      headers: { From: from, Allow: ALLOWED_METHODS, ...timerRequestHeaders(wishes) },
      ...(credentials === undefined ? {} : { auth: credentials }),
      ...(proxy === undefined ? {} : { proxy }),
    };
    try {
      return await srf.createUAC(uri, options, {
        cbRequest: (...given: unknown[]) => this.#sent(given),
        cbProvisional: (response) => {
          if (response.status === 180 || response.status === 183) {
            this.emit('ringing');
          }
        },
      });
    } catch (error) {
      const refusal = asRefusal(error);
      const longer = refusal?.status === 422 ? readSessionExpires(refusal.res?.get('Min-SE')) : undefined;
      if (longer !== undefined && tries > 1 && !this.ended) {
        return await this.#dial(
          sdp,
          { interval: Math.max(wishes.interval, longer.interval), minimum: longer.interval },
          tries - 1,
        );
      }
      this.finish(refusal === undefined ? 'connection-lost' : reasonOfStatus(refusal.status));
      throw error;
    }
  }

  /** drachtio-srf really gives (error, request), and again for every resend. */
  #sent(given: readonly unknown[]): void {
    const request = given.find(
      (value): value is Srf.SrfRequest => typeof value === 'object' && value !== null && 'cancel' in value,
    );
    this.#request = request ?? this.#request;
    if (this.ended) {
      request?.cancel(() => undefined);
    }
  }
}

function asRefusal(error: unknown): Refusal | undefined {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? (error as Refusal)
    : undefined;
}

/** The 2xx that made a dialog; drachtio-srf keeps it without saying so in its types. */
function responseOf(dialog: Srf.Dialog): Srf.SrfResponse | undefined {
  return 'res' in dialog ? (dialog.res as Srf.SrfResponse) : undefined;
}
