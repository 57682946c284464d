import type { EndReason } from '#signaling/call/call.ts';
import type { H323Access } from '../h323/h323-access.ts';
import type { DialRequest } from '../http/api.ts';
import type { SipAccess } from '../registration/sip-access.ts';
import type { SipReception } from './sip-reception.ts';

/** The dialects that a room can be called in. */
export interface DiallingOptions {
  readonly reception: SipReception;
  readonly sip: SipAccess;
  /** Undefined where H.323 is switched off. */
  readonly h323: () => H323Access | undefined;
  readonly titleOf: (code: string) => string;
}

/** Finds how a room is reached that is to be called into a class, and calls it. */
export class Dialling {
  readonly #options: DiallingOptions;

  constructor(options: DiallingOptions) {
    this.#options = options;
  }

  /** Resolves before the room answers. Rejects where no way leads there. */
  async dial(request: DialRequest): Promise<{ readonly id: string } | EndReason | 'unknown-room'> {
    const { reception, sip, h323, titleOf } = this.#options;
    const { class: target, to, username, password, lateOffer = false } = request;
    const displayName = titleOf(target);
    // A room that registered is called by its name alone, through its NAT if need be.
    const [registered] = sip.lookup(to);
    const access = h323();
    if (registered === undefined && access?.isDialled(to) === true) {
      return await access.dial(to, target, displayName);
    }
    const uri = registered?.uri ?? (/^sips?:/i.test(to) ? to : undefined);
    if (uri === undefined) {
      return 'unknown-room';
    }
    const proxy = registered?.proxy === undefined ? {} : { proxy: registered.proxy };
    const credentials = username === undefined ? {} : { credentials: { username, password: password ?? '' } };
    const call = await reception.dial({ uri, target, displayName, lateOffer, ...credentials, ...proxy });
    return typeof call === 'string' ? call : { id: call.id };
  }
}
