import type Srf from 'drachtio-srf';
import type { MediaDescription } from '#codecs/media/description.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import type { MediaExchange } from '../../call/call.ts';
import type { Clock } from '../edge/clock.ts';
import { dialogOfAnswer } from './dialog-record.ts';
import { ALLOWED_METHODS, DialogSession, timerHeadersOf } from './dialog-session.ts';
import { namesMethod } from './names-method.ts';
import { acceptTimer, readSessionExpires, type TimerWishes, timerRequestHeaders } from './session-timer.ts';
import { SipCall, type SipCallOptions } from './sip-call.ts';
import { reasonOfStatus } from './status.ts';

/** Whom an INVITE goes to, by which way, and what it says. */
export interface OutboundSipCallOptions extends SipCallOptions {
  /** SIP URI that is called. */
  readonly uri: string;
  /** Address of record that we call as. */
  readonly from: string;
  /** Where the far side asks for a password (401, 407). */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** Another hop than the URI names: a registered room's flow, a trunk's proxy. */
  readonly proxy: string | undefined;
  /** INVITE without SDP: the far side offers in its 2xx and our answer rides in the ACK, for rooms that want it so. */
  readonly lateOffer: boolean;
  /** Replaces header: the far side ends that call for this one (RFC 3891). */
  readonly replaces: string | undefined;
  readonly wishes: TimerWishes;
  readonly clock: Clock;
  readonly srf: Srf;
  /** Told of the Call-ID of each INVITE. */
  readonly named?: (sipCallId: string) => void;
}

/** A 2xx with an offer that waits for our answer. */
interface OfferedDialog {
  readonly sdp: string;
  readonly ack: (sdp: string) => Promise<Srf.Dialog>;
  readonly destroy: () => Promise<void>;
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
  readonly #options: OutboundSipCallOptions;
  #request: Srf.SrfRequest | undefined;
  #offered: OfferedDialog | undefined;

  constructor(options: OutboundSipCallOptions) {
    super(options);
    this.#options = options;
  }

  /** Our offer goes out with the INVITE; with a late offer, `prepare` has brought theirs. */
  get invitation(): MediaExchange {
    const offered = this.#offered;
    const offer = offered === undefined ? undefined : this.#readOffer(offered);
    return {
      offer,
      complete: (description) =>
        offered === undefined ? this.#invite(description) : this.#acknowledge(offered, description),
      refuse: (reason) => this.end(reason),
    };
  }

  override async prepare(): Promise<void> {
    if (this.#options.lateOffer) {
      const answered = await this.#dial(undefined, this.#options.wishes, TIMER_TRIES);
      if (!isOffered(answered)) {
        throw new Error('the 2xx to an INVITE without SDP holds no offer');
      }
      this.#offered = answered;
      if (this.ended) {
        this.refuse();
      }
    }
  }

  protected refuse(): void {
    if (this.#offered === undefined) {
      this.#request?.cancel(() => undefined);
    } else {
      // Answered already: acknowledged and ended at once.
      void this.#offered.destroy();
    }
  }

  #readOffer(offered: OfferedDialog): MediaDescription | undefined {
    const read = readSdp(offered.sdp);
    return 'fault' in read ? undefined : read.description;
  }

  async #acknowledge(offered: OfferedDialog, description: MediaDescription): Promise<undefined> {
    const dialog = await offered.ack(writeSdp(description, { address: this.localAddress }));
    this.#begin(dialog);
    this.emit('answered');
    return undefined;
  }

  async #invite(description: MediaDescription): Promise<MediaDescription | undefined> {
    const dialog = await this.#dial(
      writeSdp(description, { address: this.localAddress }),
      this.#options.wishes,
      TIMER_TRIES,
    );
    if (isOffered(dialog)) {
      throw new Error('an INVITE with SDP was answered by an offer');
    }
    if (this.ended) {
      throw new Error('the call ended with its answer');
    }
    const answer = readSdp(dialog.remote.sdp ?? '');
    if ('fault' in answer) {
      this.end('bad-request');
      throw new Error(`the answer cannot be read: ${answer.fault}`);
    }
    this.emit('answered');
    return answer.description;
  }

  #begin(dialog: Srf.Dialog): void {
    const response = responseOf(dialog);
    this.session = new DialogSession({
      dialog,
      localAddress: this.localAddress,
      terms: response === undefined ? undefined : acceptTimer(timerHeadersOf(response)),
      wishes: this.#options.wishes,
      allowsUpdate: namesMethod(response?.get('Allow'), 'UPDATE'),
      clock: this.#options.clock,
      log: this.log,
      listener: this.listener(),
    });
    if (response !== undefined) {
      const record = dialogOfAnswer(dialog.req, response);
      this.witness(record);
      this.follow(dialog, record);
    }
    if (this.ended) {
      // Given up while the 200 was on its way: CANCEL came too late, so the dialog is ended by BYE.
      this.session.end('cancelled');
      throw new Error('the call was given up');
    }
  }

  async #dial(sdp: string | undefined, wishes: TimerWishes, tries: number): Promise<Srf.Dialog | OfferedDialog> {
    const { uri, from, credentials, proxy, replaces } = this.#options;
    const options = {
      ...(sdp === undefined ? { noAck: true } : { localSdp: sdp }),
      followRedirects: true,
      headers: {
        From: from,
        Allow: ALLOWED_METHODS,
        ...timerRequestHeaders(wishes),
        ...(replaces === undefined ? {} : { Replaces: replaces }),
      },
      ...(credentials === undefined ? {} : { auth: credentials }),
      ...(proxy === undefined ? {} : { proxy }),
    };
    try {
      return await this.#createDialog(uri, options);
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

  /** Sees to the dialog in the very turn in which it comes to be: a BYE may be in the next frame of the same read. */
  #createDialog(uri: string, options: object): Promise<Srf.Dialog | OfferedDialog> {
    const progress = {
      cbRequest: (...given: unknown[]) => this.#sent(given),
      cbProvisional: (response: Srf.SrfResponse) => {
        if (response.status === 180 || response.status === 183) {
          this.emit('ringing');
        }
      },
    };
    return new Promise((resolve, reject) => {
      this.#options.srf.createUAC(uri, options, progress, (error: unknown, made?: Srf.Dialog) => {
        // With `noAck` drachtio-srf gives the offer and a way to acknowledge it, whatever its types say.
        const answered: Srf.Dialog | OfferedDialog | undefined = made;
        if (answered === undefined) {
          reject(error);
          return;
        }
        try {
          if (!isOffered(answered)) {
            this.#begin(answered);
          }
          resolve(answered);
        } catch (cause) {
          reject(cause);
        }
      });
    });
  }

  /** drachtio-srf really gives (error, request), and again for every resend. */
  #sent(given: readonly unknown[]): void {
    const request = given.find(
      (value): value is Srf.SrfRequest => typeof value === 'object' && value !== null && 'cancel' in value,
    );
    this.#request = request ?? this.#request;
    if (request !== undefined) {
      this.#options.named?.(request.get('Call-ID') ?? '');
    }
    if (this.ended) {
      request?.cancel(() => undefined);
    }
  }
}

function isOffered(answered: Srf.Dialog | OfferedDialog): answered is OfferedDialog {
  return (
    'ack' in answered && typeof answered.ack === 'function' && 'sdp' in answered && typeof answered.sdp === 'string'
  );
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
