import { randomBytes } from 'node:crypto';
import type Srf from 'drachtio-srf';
import type { MediaDescription } from '#codecs/media/description.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import type { EndReason, MediaExchange } from '../../call/call.ts';
import type { Clock } from '../edge/clock.ts';
import { dialogOfInvite } from './dialog-record.ts';
import { ALLOWED_METHODS, DialogSession } from './dialog-session.ts';
import { namesMethod } from './names-method.ts';
import type { Replaces } from './replaces.ts';
import type { SessionTerms, TimerWishes } from './session-timer.ts';
import { SipCall, type SipCallOptions } from './sip-call.ts';
import { reasonHeader, SIP_SPELLINGS } from './status.ts';

/** What the INVITE says, and how it is answered. */
export interface InboundSipCallOptions extends SipCallOptions {
  /** Read from the INVITE; undefined where it carried none. */
  readonly offer: MediaDescription | undefined;
  /** The call that this one shall take the place of. */
  readonly replaces: Replaces | undefined;
  /** Terms of the session timer, and the headers that say so in the 2xx. */
  readonly timer: { readonly terms: SessionTerms; readonly headers: Record<string, string> };
  readonly wishes: TimerWishes;
  readonly clock: Clock;
  /**
   * Sends the INVITE's 200 and tells of the dialog, or why there is none, in the very turn in which it comes to be: a BYE may
   * be among the next frames of the same read, and a promise would tell after it.
   */
  readonly createDialog: (
    sdp: string,
    headers: Record<string, string>,
    made: (dialog: Srf.Dialog | undefined, error: unknown) => void,
  ) => void;
}

/** Seconds after which a service that stops may be called again. */
const RETRY_AFTER = '10';

/** What a SIP server says when the INVITE that is answered is over. */
const UNKNOWN_TRANSACTION = /unknown transaction/;

/** A dialog that waits for its ACK. */
interface BegunSession {
  readonly acknowledgement: Promise<string>;
  readonly read: DialogSession['read'];
}

/** A room that called us. */
export class InboundSipCall extends SipCall {
  readonly direction = 'inbound';
  readonly invitation: MediaExchange;
  /** The call that this one shall take the place of (RFC 3891). */
  readonly replaces: Replaces | undefined;
  readonly #options: InboundSipCallOptions;
  readonly #request: Srf.SrfRequest;
  readonly #response: Srf.SrfResponse;

  constructor(options: InboundSipCallOptions, request: Srf.SrfRequest, response: Srf.SrfResponse) {
    super(options);
    this.#options = options;
    this.replaces = options.replaces;
    this.#request = request;
    this.#response = response;
    this.invitation = {
      offer: options.offer,
      complete: (description) => this.#answer(description),
      refuse: (reason) => this.end(reason),
    };
    request.on('cancel', () => this.finish('cancelled'));
  }

  /** The call that it names is not one of this lesson (481), or was answered already (486; RFC 3891 §3). */
  refuseReplaces(status: 481 | 486): void {
    this.#response.send(status);
    this.finish('bad-request');
  }

  protected refuse(reason: EndReason): void {
    if (!this.#response.finalResponseSent) {
      const { status, text } = SIP_SPELLINGS[reason];
      // RFC 3261 §21.5.4: who stops is there again before long, and who is full may have room.
      const again = reason === 'shutdown' || reason === 'capacity' ? { 'Retry-After': RETRY_AFTER } : {};
      this.#response.send(status, text, { headers: { Reason: reasonHeader(reason), ...again } });
    }
  }

  async #answer(description: MediaDescription): Promise<MediaDescription | undefined> {
    const { localAddress, timer, createDialog, offer } = this.#options;
    const sdp = writeSdp(description, { address: localAddress });
    // The tag is chosen here, so that the dialog is known before the room is told that it exists.
    const tag = randomBytes(8).toString('hex');
    this.witness(dialogOfInvite(this.#request, tag));
    const session = await new Promise<BegunSession>((resolve, reject) => {
      createDialog(sdp, { Allow: ALLOWED_METHODS, To: `<sip:local>;tag=${tag}`, ...timer.headers }, (dialog, error) => {
        if (dialog === undefined) {
          if (UNKNOWN_TRANSACTION.test(String(error))) {
            // The CANCEL is on its way to us, and drachtio-srf does not tell of it once a final response was tried.
            this.finish('cancelled');
          }
          reject(error);
        } else if (this.ended) {
          // Cancelled while the 200 was on its way: the dialog that came to be is ended at once.
          dialog.destroy({ headers: { Reason: reasonHeader('cancelled') } }, () => undefined);
          reject(new Error('the call ended before its answer'));
        } else {
          resolve(this.#begin(dialog, tag));
        }
      });
    });
    const acknowledgement = await session.acknowledgement;
    const answer = offer === undefined ? session.read(acknowledgement) : undefined;
    if (offer === undefined && answer === undefined) {
      this.end('bad-request');
      throw new Error('the ACK holds no readable answer');
    }
    this.emit('answered');
    return answer;
  }

  #begin(dialog: Srf.Dialog, tag: string): BegunSession {
    const { localAddress, timer, wishes, clock } = this.#options;
    const session = new DialogSession({
      dialog,
      localAddress,
      terms: timer.terms,
      wishes,
      allowsUpdate: namesMethod(this.#request.get('Allow'), 'UPDATE'),
      clock,
      log: this.log,
      listener: this.listener(),
    });
    this.session = session;
    const record = dialogOfInvite(this.#request, dialog.sip.localTag);
    this.follow(dialog, record);
    if (record.localTag !== tag) {
      // The SIP server chose another.
      this.witness(record);
    }
    return { read: (body) => session.read(body), acknowledgement: session.acknowledgement() };
  }
}
