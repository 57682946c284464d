import type Srf from 'drachtio-srf';
import type { Logger } from 'pino';
import type { MediaDescription } from '#codecs/media/description.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import type { EndReason, MediaExchange, Transfer } from '../../call/call.ts';
import type { Clock } from '../edge/clock.ts';
import { digitOfInfo } from './dtmf-info.ts';
import { sendInDialog } from './in-dialog-request.ts';
import { asksPictureFastUpdate, MEDIA_CONTROL_TYPE, pictureFastUpdate } from './picture-fast-update.ts';
import { parseReferTo, type Replaces } from './replaces.ts';
import { requestRefusal, sessionRequestOf } from './request-refusal.ts';
import { crossingWait, SessionRefresh, type TryAgain } from './session-refresh.ts';
import { acceptTimer, answerTimer, type SessionTerms, type TimerHeaders, type TimerWishes } from './session-timer.ts';
import { reasonHeader, SIP_SPELLINGS } from './status.ts';

type Request = Srf.SrfRequest;
type Response = Srf.SrfResponse;

/** Methods that calls understand, for Allow headers: rooms do not send INFO to who does not list it. */
export const ALLOWED_METHODS = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY';

/** Stands for the number of the INVITE that made the dialog; no CSeq of a re-INVITE is lower than 1. */
const FIRST = 0;

/** ms after which a refresh that was refused is tried again. */
const REFUSED_WAIT = 10_000;

/** What a dialog tells the call that it belongs to. */
export interface DialogListener {
  /** The dialog is over; told once. */
  ended(reason: EndReason): void;
  media(exchange: MediaExchange): void;
  keyFrameRequest(): void;
  dtmf(digit: string): void;
  transfer(transfer: Transfer): void;
}

/** A dialog that stands, and what was agreed on with the far side when it came to be. */
export interface DialogSessionOptions {
  readonly dialog: Srf.Dialog;
  /** The address of ours in SDP. */
  readonly localAddress: string;
  /** What was agreed on refreshing at the start. */
  readonly terms: SessionTerms | undefined;
  readonly wishes: TimerWishes;
  /** Whether the far side named UPDATE in Allow. */
  readonly allowsUpdate: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listener: DialogListener;
}

/** An INVITE dialog that is up, whoever began it: re-INVITE, UPDATE, INFO, session timer, BYE. */
export class DialogSession {
  readonly #options: DialogSessionOptions;
  readonly #refresh: SessionRefresh;
  /** ACKs that are waited for, by the number in their CSeq; that of the first INVITE under FIRST. */
  readonly #awaited = new Map<number, PromiseWithResolvers<string>>();
  #ended = false;

  constructor(options: DialogSessionOptions) {
    this.#options = options;
    const { dialog, clock, terms } = options;
    this.#refresh = new SessionRefresh(
      { refresh: () => this.#refreshSession(), expired: () => this.end('signalling-timeout') },
      clock,
    );
    this.#refresh.restart(terms);
    // The stack itself ends a dialog whose 2xx was never acknowledged.
    dialog.on('destroy', (request: Request) =>
      this.#finish(request.source === 'application' ? 'signalling-timeout' : 'remote-hangup'),
    );
    dialog.on('info', (request, response) => this.#onInfo(request, response));
    dialog.on('modify', (request, response) => this.#onReInvite(request, response));
    dialog.on('update', (request, response) => this.#onUpdate(request, response));
    dialog.on('options', (_request, response) => response.send(200, { headers: { Allow: ALLOWED_METHODS } }));
    dialog.on('refer', (request, response) => this.#onRefer(request, response));
    dialog.on('ack', (acknowledgement) => this.#onAcknowledgement(acknowledgement));
  }

  /**
   * The body of the ACK to the 2xx that made the dialog, or to that of a re-INVITE with this number in its CSeq. Rejects
   * when the dialog ends before.
   */
  acknowledgement(sequence = FIRST): Promise<string> {
    const awaited = Promise.withResolvers<string>();
    this.#awaited.set(sequence, awaited);
    // The dialog may end before anybody waits.
    awaited.promise.catch(() => undefined);
    return awaited.promise;
  }

  /** Whether a Replaces header of the far side, or of somebody it told, names this dialog (RFC 3891 §3). */
  isNamedBy({ callId, toTag, fromTag }: Replaces): boolean {
    const { sip } = this.#options.dialog;
    return sip.callId === callId && sip.localTag === toTag && sip.remoteTag === fromTag;
  }

  /** Asks the far side for a key frame by INFO (RFC 5168). */
  requestKeyFrame(): void {
    const headers = { 'Content-Type': MEDIA_CONTROL_TYPE };
    this.#send({ method: 'INFO', headers, body: pictureFastUpdate() }).catch(() => {
      // A far side that does not know the request says so; RTCP feedback goes on asking.
    });
  }

  /** Whether the far side still knows the dialog: any answer to OPTIONS but 481 and 408 (RFC 3261 §12.2.1.2). */
  async probe(): Promise<boolean> {
    try {
      const { status } = await this.#send({ method: 'OPTIONS' });
      return status !== 481 && status !== 408;
    } catch {
      return false;
    }
  }

  /** Sends BYE and tells the listener. A second call does nothing. */
  end(reason: EndReason): void {
    if (!this.#ended) {
      this.#options.dialog.destroy({ headers: { Reason: reasonHeader(reason) } }, () => undefined);
      this.#finish(reason);
    }
  }

  /** Reads a description that came over this dialog; undefined where it cannot be read. */
  read(body: string): MediaDescription | undefined {
    const result = readSdp(body);
    if ('fault' in result) {
      this.#options.log.warn(
        { event: 'sdp-refused', fault: result.fault },
        'the far side sent SDP that cannot be read',
      );
      return undefined;
    }
    return result.description;
  }

  /** drachtio-srf tells of an ACK a turn late: a re-INVITE that came after it may wait for its own by then. */
  #onAcknowledgement(request: Request): void {
    const sequence = sequenceOf(request);
    const key = this.#awaited.has(sequence) ? sequence : FIRST;
    this.#awaited.get(key)?.resolve(request.body ?? '');
    this.#awaited.delete(key);
  }

  #onInfo(request: Request, response: Response): void {
    const [type, body] = [request.get('Content-Type') ?? '', request.body ?? ''];
    const digit = digitOfInfo(type, body);
    if (digit !== undefined) {
      response.send(200);
      this.#options.listener.dtmf(digit);
    } else if (asksPictureFastUpdate(type, body)) {
      response.send(200);
      this.#options.listener.keyFrameRequest();
    } else {
      response.send(body === '' ? 200 : 415);
    }
  }

  #onReInvite(request: Request, response: Response): void {
    if (refusedAsItIs(request, response)) {
      return;
    }
    const timer = this.#answerTimer(request, response);
    const body = request.body ?? '';
    const offer = body === '' ? undefined : this.read(body);
    if (timer === undefined) {
      return;
    }
    if (body !== '' && offer === undefined) {
      response.send(400, { headers: { Reason: reasonHeader('bad-request') } });
      return;
    }
    const { listener, dialog, localAddress } = this.#options;
    listener.media({
      offer,
      complete: async (description) => {
        const sdp = writeSdp(description, { address: localAddress });
        const acknowledged = this.acknowledgement(sequenceOf(request));
        // What is repeated where only the session is refreshed.
        dialog.local.sdp = sdp;
        const headers = { 'Content-Type': 'application/sdp', Allow: ALLOWED_METHODS, ...timer };
        response.send(200, { headers, body: sdp });
        const answer = await acknowledged;
        return offer === undefined ? this.read(answer) : undefined;
      },
      refuse: (reason) => refuse(response, reason),
    });
  }

  /** UPDATE (RFC 3311): a refresh without a body; with one, an exchange that needs no ACK. */
  #onUpdate(request: Request, response: Response): void {
    if (refusedAsItIs(request, response)) {
      return;
    }
    const timer = this.#answerTimer(request, response);
    if (timer === undefined) {
      return;
    }
    const body = request.body ?? '';
    if (body === '') {
      response.send(200, { headers: { Allow: ALLOWED_METHODS, ...timer } });
      return;
    }
    const offer = this.read(body);
    if (offer === undefined) {
      response.send(400, { headers: { Reason: reasonHeader('bad-request') } });
      return;
    }
    const { listener, dialog, localAddress } = this.#options;
    listener.media({
      offer,
      complete: (description) => {
        const sdp = writeSdp(description, { address: localAddress });
        dialog.local.sdp = sdp;
        response.send(200, { headers: { 'Content-Type': 'application/sdp', ...timer }, body: sdp });
        return Promise.resolve(undefined);
      },
      refuse: (reason) => refuse(response, reason),
    });
  }

  /** REFER (RFC 3515): tells by NOTIFY how the transfer went, unless the far side wants no such news (RFC 4488). */
  #onRefer(request: Request, response: Response): void {
    const target = parseReferTo(request.get('Refer-To'));
    if (target === undefined) {
      response.send(400);
      return;
    }
    const isQuiet = /false/i.test(request.get('Refer-Sub') ?? '');
    const tell = (status: number, isLast: boolean) => {
      if (!isQuiet && !this.#ended) {
        const state = isLast ? 'terminated;reason=noresource' : 'active;expires=60';
        const headers = { Event: 'refer', 'Subscription-State': state, 'Content-Type': 'message/sipfrag;version=2.0' };
        this.#send({
          method: 'NOTIFY',
          headers,
          body: `SIP/2.0 ${status} ${status < 300 ? 'OK' : 'Failed'}\r\n`,
        }).catch(() => {
          // The far side hung up in the meantime.
        });
      }
    };
    this.#options.listener.transfer({
      target: target.uri,
      replaces: target.replaces,
      accept: () => {
        response.send(202, isQuiet ? { headers: { 'Refer-Sub': 'false' } } : {});
        tell(100, false);
      },
      refuse: () => response.send(603),
      finished: (status) => tell(status, true),
    });
  }

  /** Headers for the 2xx; undefined where the request was refused with 422. */
  #answerTimer(request: Request, response: Response): Record<string, string> | undefined {
    const answer = answerTimer(timerHeadersOf(request), this.#options.wishes);
    if ('minSe' in answer) {
      response.send(422, { headers: { 'Min-SE': String(answer.minSe) } });
      return undefined;
    }
    this.#refresh.restart(answer.terms);
    return answer.headers;
  }

  /** Refreshes by UPDATE where the far side has it, else by the same offer again. */
  async #refreshSession(): Promise<SessionTerms | TryAgain | undefined> {
    const { dialog, terms, allowsUpdate } = this.#options;
    const interval = terms?.interval ?? this.#options.wishes.interval;
    const headers = { 'Session-Expires': `${interval};refresher=uac`, Supported: 'timer', 'Min-SE': '90' };
    // Not by `modify` of drachtio-srf: after one refusal it never sends another re-INVITE.
    const request = allowsUpdate
      ? ({ method: 'UPDATE', headers } as const)
      : ({
          method: 'INVITE',
          headers: { ...headers, 'Content-Type': 'application/sdp', Allow: ALLOWED_METHODS },
          body: dialog.local.sdp,
        } as const);
    try {
      const response = await this.#send(request);
      return response.status < 300
        ? (acceptTimer(timerHeadersOf(response)) ?? { interval, weRefresh: true })
        : this.#afterRefusal(response.status);
    } catch {
      return undefined;
    }
  }

  #afterRefusal(status: number): TryAgain | undefined {
    const weBegan = this.#options.dialog.type === 'uac';
    return endsDialog(status)
      ? undefined
      : { tryAgainAfter: status === 491 ? crossingWait(weBegan, Math.random()) : REFUSED_WAIT };
  }

  #send(request: Parameters<typeof sendInDialog>[1]): Promise<Response> {
    return sendInDialog(this.#options.dialog, request);
  }

  #finish(reason: EndReason): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#refresh.stop();
    for (const awaited of this.#awaited.values()) {
      awaited.reject(new Error(`the call ended: ${reason}`));
    }
    this.#awaited.clear();
    this.#options.listener.ended(reason);
  }
}

/** The number in CSeq (RFC 3261 §20.16). */
function sequenceOf(request: Pick<Srf.SipMessage, 'get'>): number {
  return Number.parseInt(request.get('CSeq') ?? '', 10);
}

/** The headers of a message that speak of session timers. */
export function timerHeadersOf(message: Pick<Srf.SipMessage, 'get'>): TimerHeaders {
  return {
    sessionExpires: message.get('Session-Expires') ?? undefined,
    minSe: message.get('Min-SE') ?? undefined,
    supported: message.get('Supported') ?? undefined,
  };
}

/** Whether the far side knows nothing of the dialog any more (RFC 5057 §5.1), or does not answer (408). */
function endsDialog(status: number): boolean {
  return [404, 408, 410, 481].includes(status);
}

/** Whether a request asked for what is not understood, and was told so. */
function refusedAsItIs(request: Request, response: Response): boolean {
  const refusal = requestRefusal(sessionRequestOf(request));
  if (refusal !== undefined) {
    response.send(refusal.status, { headers: { ...refusal.headers } });
  }
  return refusal !== undefined;
}

function refuse(response: Response, reason: EndReason): void {
  const { status, text } = SIP_SPELLINGS[reason];
  response.send(status, text, {});
}
