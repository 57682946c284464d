import { EventEmitter } from 'node:events';
import type Srf from 'drachtio-srf';
import type { Logger } from 'pino';
import type { MediaDescription } from '#codecs/media/description.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import type { Call, CallEvents, EndReason, MediaExchange } from '../../call/call.ts';
import { asksPictureFastUpdate, MEDIA_CONTROL_TYPE, pictureFastUpdate } from './picture-fast-update.ts';
import { reasonHeader, SIP_SPELLINGS } from './status.ts';

type Dialog = Srf.Dialog;
type Request = Srf.SrfRequest;
type Response = Srf.SrfResponse;

/** What the SIP application tells a call that it made. */
export interface SipCallOptions {
  readonly id: string;
  readonly remoteName: string;
  /** User part of the Request-URI: the class code. */
  readonly target: string;
  /** The address of ours that the caller reaches: for SDP. */
  readonly localAddress: string;
  readonly log: Logger;
  /** Sends the INVITE's 200 and makes the dialog. */
  readonly createDialog: (sdp: string) => Promise<Dialog>;
}

/** Methods that calls understand, for Allow headers: rooms do not send INFO to who does not list it. */
export const ALLOWED_METHODS = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK';

/** A SIP room that called us: a dialog seen through the eyes of `Call`. */
export class SipCall extends EventEmitter<CallEvents> implements Call {
  readonly protocol = 'sip';
  readonly direction = 'inbound';
  readonly id: string;
  readonly remoteName: string;
  readonly target: string;
  readonly localAddress: string;
  /** The INVITE's own exchange, to be completed or refused by whoever takes the call. */
  readonly invitation: MediaExchange;
  readonly #log: Logger;
  readonly #response: Response;
  readonly #createDialog: (sdp: string) => Promise<Dialog>;
  #dialog: Dialog | undefined;
  #awaited:
    | { readonly resolve: (acknowledgement: Request) => void; readonly reject: (error: Error) => void }
    | undefined;
  #ended = false;

  /** `offer` was read from the INVITE; undefined where it carried none. */
  constructor(options: SipCallOptions, request: Request, response: Response, offer: MediaDescription | undefined) {
    super();
    this.id = options.id;
    this.remoteName = options.remoteName;
    this.target = options.target;
    this.localAddress = options.localAddress;
    this.#log = options.log;
    this.#response = response;
    this.#createDialog = options.createDialog;
    this.invitation = {
      offer,
      complete: (description) => this.#answer(description, offer === undefined),
      refuse: (reason) => this.end(reason),
    };
    request.on('cancel', () => this.#finish('cancelled'));
  }

  requestKeyFrame(): void {
    this.#dialog?.request(
      inDialogRequest({ method: 'INFO', headers: { 'Content-Type': MEDIA_CONTROL_TYPE }, body: pictureFastUpdate() }),
      // A room that does not know the request says so; RTCP feedback goes on asking.
      () => undefined,
    );
  }

  end(reason: EndReason): void {
    if (this.#ended) {
      return;
    }
    if (this.#dialog !== undefined) {
      this.#dialog.destroy({ headers: { Reason: reasonHeader(reason) } }, () => undefined);
    } else if (!this.#response.finalResponseSent) {
      const { status, text } = SIP_SPELLINGS[reason];
      this.#response.send(status, text, { headers: { Reason: reasonHeader(reason) } });
    }
    this.#finish(reason);
  }

  async #answer(description: MediaDescription, isOffer: boolean): Promise<MediaDescription | undefined> {
    const sdp = writeSdp(description, { address: this.localAddress });
    const dialog = await this.#createDialog(sdp);
    if (this.#ended) {
      // Cancelled while the 200 was on its way: the dialog that came to be is ended at once.
      dialog.destroy({ headers: { Reason: reasonHeader('cancelled') } }, () => undefined);
      throw new Error('the call ended before its answer');
    }
    this.#dialog = dialog;
    dialog.on('destroy', (request: Request) => this.#onDestroy(request));
    dialog.on('info', (request, response) => this.#onInfo(request, response));
    dialog.on('modify', (request, response) => this.#onReInvite(dialog, request, response));
    dialog.on('ack', (acknowledgement) => {
      this.#awaited?.resolve(acknowledgement);
      this.#awaited = undefined;
    });
    const acknowledgement = await this.#acknowledged();
    const answer = isOffer ? this.#read(acknowledgement.body) : undefined;
    if (isOffer && answer === undefined) {
      this.end('bad-request');
      throw new Error('the ACK holds no readable answer');
    }
    this.emit('answered');
    return answer;
  }

  /** The next ACK of the dialog; one 2xx at a time waits for its own. */
  #acknowledged(): Promise<Request> {
    return new Promise((resolve, reject) => {
      this.#awaited = { resolve, reject };
    });
  }

  #onDestroy(request: Request): void {
    // The stack itself ends a dialog whose 200 was never acknowledged or whose session timer ran out.
    this.#finish(request.source === 'application' ? 'signalling-timeout' : 'remote-hangup');
  }

  #onInfo(request: Request, response: Response): void {
    if (asksPictureFastUpdate(request.get('Content-Type') ?? '', request.body ?? '')) {
      response.send(200);
      this.emit('keyframe-request');
      return;
    }
    response.send(request.body ? 415 : 200);
  }

  #onReInvite(dialog: Dialog, request: Request, response: Response): void {
    const body = request.body ?? '';
    const offer = body === '' ? undefined : this.#read(body);
    if (body !== '' && offer === undefined) {
      response.send(400, { headers: { Reason: reasonHeader('bad-request') } });
      return;
    }
    const exchange: MediaExchange = {
      offer,
      complete: async (description) => {
        const sdp = writeSdp(description, { address: this.localAddress });
        const acknowledged = this.#acknowledged();
        // What the stack repeats when the room only refreshes the session.
        dialog.local.sdp = sdp;
        response.send(200, { headers: { 'Content-Type': 'application/sdp', Allow: ALLOWED_METHODS }, body: sdp });
        const acknowledgement = await acknowledged;
        return offer === undefined ? this.#read(acknowledgement.body) : undefined;
      },
      refuse: (reason) => {
        const { status, text } = SIP_SPELLINGS[reason];
        response.send(status, text, {});
      },
    };
    if (!this.emit('media', exchange)) {
      exchange.refuse('internal-error');
    }
  }

  #read(body: string): MediaDescription | undefined {
    const result = readSdp(body);
    if ('fault' in result) {
      this.#log.warn({ event: 'sdp-refused', fault: result.fault }, 'the far side sent SDP that cannot be read');
      return undefined;
    }
    return result.description;
  }

  #finish(reason: EndReason): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#awaited?.reject(new Error(`the call ended: ${reason}`));
    this.emit('ended', reason);
    this.removeAllListeners();
  }
}

/** drachtio-srf's types ask for a whole received request where it takes these three fields. */
function inDialogRequest(fields: { method: 'INFO'; headers: Record<string, string>; body: string }): Request {
  return fields as unknown as Request;
}
