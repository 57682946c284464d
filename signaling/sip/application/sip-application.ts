import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { isIPv6 } from 'node:net';
import Srf from 'drachtio-srf';
import type { Logger } from 'pino';
import { readSdp } from '#codecs/sdp/read.ts';
import type { SipTrace } from '../../call/trace.ts';
import { StrangerLog } from '../../log/stranger-log.ts';
import { type Clock, systemClock } from '../edge/clock.ts';
import type { CallerAuthentication } from './caller-authentication.ts';
import type { DialogWitness } from './dialog-record.ts';
import { ALLOWED_METHODS, timerHeadersOf } from './dialog-session.ts';
import { InboundSipCall } from './inbound-sip-call.ts';
import { OutboundSipCall } from './outbound-sip-call.ts';
import type { RegistrationService } from './registration-service.ts';
import { parseReplaces } from './replaces.ts';
import { requestRefusal, sessionRequestOf } from './request-refusal.ts';
import { type OutsideAnswer, type OutsideRequest, sendRequest } from './send-request.ts';
import { answerTimer, type TimerWishes } from './session-timer.ts';
import { reasonHeader, SIP_SPELLINGS } from './status.ts';

/** The SIP server that the application speaks through, and what all its calls share. */
export interface SipApplicationOptions {
  /** Control port of the SIP server: the embedded edge, or a drachtio-server. */
  readonly server: { readonly host: string; readonly port: number; readonly secret: string };
  /** The address of ours that a party at `address` reaches, for SDP. */
  readonly localAddressFor: (address: string) => Promise<string>;
  /** Session timers (RFC 4028), seconds. */
  readonly sessionTimer: TimerWishes;
  readonly log: Logger;
  /** Writes the lines about callers that are refused; one of its own unless told. */
  readonly strangers?: StrangerLog;
  /** The machine's clock unless told. */
  readonly clock?: Clock;
  /** Whom calls must come from; anybody may call where it is absent. */
  readonly callers?: CallerAuthentication | undefined;
  /** Told of every call's dialog. */
  readonly witness?: DialogWitness | undefined;
  /** Answers REGISTER; refused with 405 where it is absent. */
  readonly registrations?: RegistrationService | undefined;
  /** Is told which messages belong to which call. */
  readonly trace?: Pick<SipTrace, 'named' | 'remark'> | undefined;
}

/** A call to be made. */
export interface DialOptions {
  /** SIP URI of the room. */
  readonly uri: string;
  /** Class that it is called into; it is also who we call as. */
  readonly target: string;
  /** Name that we call as. */
  readonly displayName: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly proxy?: string;
  /** INVITE without SDP, for rooms that want to offer themselves. */
  readonly lateOffer?: boolean;
  /** Replaces header (RFC 3891) of an attended transfer. */
  readonly replaces?: string;
  /** Who is called where the URI does not say it: the address of record and the address of packets of the call that this one follows. */
  readonly remote?: { readonly uri: string; readonly address: string };
}

/** ms that the SIP server may take to answer at the start. */
const CONNECT_TIMEOUT = 10_000;
/** Longest name that is shown of a caller. */
const LONGEST_NAME = 64;

/**
 * What this service says in SIP, on drachtio-srf. Emits `call` for every INVITE that could be read; whoever listens
 * completes or refuses its `invitation`.
 */
export class SipApplication extends EventEmitter<{ call: [call: InboundSipCall] }> {
  readonly #options: SipApplicationOptions;
  readonly #strangers: StrangerLog;
  readonly #srf = new Srf();
  readonly #clock: Clock;
  #connected = false;

  constructor(options: SipApplicationOptions) {
    super();
    this.#options = options;
    this.#strangers = options.strangers ?? new StrangerLog(options.log);
    this.#clock = options.clock ?? systemClock;
    this.#srf.invite((request, response) => {
      this.#onInvite(request, response).catch((error: unknown) => {
        this.#strangers.line(request.source_address, () =>
          this.#options.log.error({ event: 'invite-failed', err: error }, 'an INVITE could not be handled'),
        );
        if (!response.finalResponseSent) {
          response.send(SIP_SPELLINGS['internal-error'].status);
        }
      });
    });
    this.#srf.use('options', (request: Srf.SrfRequest, response: Srf.SrfResponse) => {
      // Nothing but what it requires is looked at: an OPTIONS asks for no session.
      const refusal = requestRefusal({ ...sessionRequestOf(request), accept: undefined, body: '' });
      if (refusal !== undefined) {
        response.send(refusal.status, { headers: { ...refusal.headers } });
        return;
      }
      response.send(200, { headers: { Allow: ALLOWED_METHODS, Accept: 'application/sdp', Supported: '100rel' } });
    });
    const { registrations } = options;
    if (registrations !== undefined) {
      this.#srf.use('register', (request: Srf.SrfRequest, response: Srf.SrfResponse) =>
        registrations.answer(request, response, this.#clock),
      );
    }
    this.#srf.on('connect', (error) => {
      this.#connected = error === null || error === undefined;
    });
    this.#srf.on('disconnect', () => {
      this.#connected = false;
    });
    this.#srf.on('error', (error) =>
      this.#options.log.error({ event: 'sip-server-lost', err: error }, 'no SIP server'),
    );
  }

  /** Connects to the SIP server; resolves when it takes calls. Rejects when it does not within 10 s. */
  async start(): Promise<void> {
    const { host, port } = this.#options.server;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no SIP server answers at ${host}:${port}`)), CONNECT_TIMEOUT);
      this.#srf.once('connect', (error?: Error | null) => {
        clearTimeout(late);
        if (error === undefined || error === null) {
          resolve();
        } else {
          reject(error);
        }
      });
      // Without a promise, whatever its types say: the event answers. It tries again by itself when the server goes away.
      void this.#srf.connect(this.#options.server);
    });
  }

  /** Whether the SIP server is there. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Leaves the SIP server; calls should have been ended before. */
  close(): void {
    if (this.#connected) {
      this.#srf.disconnect();
    }
  }

  /** Sends a request outside of calls; resolves to its final answer, rejects where no way leads there. */
  send(request: OutsideRequest): Promise<OutsideAnswer> {
    return sendRequest(this.#srf, request);
  }

  /** Makes a call; nothing is sent before its `invitation` is completed. Rejects where no route leads to the URI's host. */
  async dial(options: DialOptions): Promise<OutboundSipCall> {
    const id = randomUUID();
    const { uri, target, displayName, credentials, proxy, replaces, remote, lateOffer = false } = options;
    const host = Srf.parseUri(proxy ?? uri)?.host ?? '';
    const localAddress = await this.#options.localAddressFor(host);
    const ours = isIPv6(localAddress) ? `[${localAddress}]` : localAddress;
    return new OutboundSipCall({
      id,
      remoteName: (remote?.uri.split('@')[0] || Srf.parseUri(uri)?.user) ?? uri,
      remoteUri: remote?.uri ?? addressOfRecord(uri),
      remoteAddress: remote?.address ?? '',
      target,
      localAddress,
      log: this.#options.log.child({ call: id }),
      uri,
      from: `"${displayName.replace(/["\\\r\n]/g, ' ')}" <sip:${target}@${ours}>`,
      credentials,
      proxy,
      lateOffer,
      replaces,
      wishes: this.#options.sessionTimer,
      clock: this.#clock,
      witness: this.#options.witness,
      srf: this.#srf,
      named: (sipCallId) => this.#options.trace?.named(id, sipCallId),
    });
  }

  async #onInvite(request: Srf.SrfRequest, response: Srf.SrfResponse): Promise<void> {
    // Before anything of the request is read: a stranger shall cost little and learn nothing.
    if (this.#options.callers?.admits(request, response, this.#clock) === false) {
      return;
    }
    let cancelled = false;
    request.on('cancel', () => {
      cancelled = true;
    });
    const remark = (words: string) => this.#options.trace?.remark(request.get('Call-ID') ?? '', words);
    const refusal = requestRefusal(sessionRequestOf(request));
    if (refusal !== undefined) {
      remark(`refused with ${refusal.status}: it requires or accepts what is not spoken here`);
      response.send(refusal.status, { headers: { ...refusal.headers } });
      return;
    }
    const id = randomUUID();
    const log = this.#options.log.child({ call: id });
    const body = request.body ?? '';
    const offer = body === '' ? undefined : readSdp(body);
    if (offer !== undefined && 'fault' in offer) {
      remark(`refused: its SDP cannot be read, ${offer.fault}`);
      this.#strangers.line(request.source_address, () =>
        log.warn({ event: 'sdp-refused', fault: offer.fault }, 'an INVITE holds SDP that cannot be read'),
      );
      response.send(SIP_SPELLINGS['bad-request'].status, { headers: { Reason: reasonHeader('bad-request') } });
      return;
    }
    const wishes = this.#options.sessionTimer;
    const timer = answerTimer(timerHeadersOf(request), wishes);
    if ('minSe' in timer) {
      remark(`refused with 422: its session is shorter than ${timer.minSe} s`);
      response.send(422, { headers: { 'Min-SE': String(timer.minSe) } });
      return;
    }
    const localAddress = await this.#options.localAddressFor(request.source_address);
    if (cancelled) {
      // The SIP server has answered it; nobody had heard of the call yet.
      this.#strangers.line(request.source_address, () =>
        log.info({ event: 'call-cancelled' }, 'cancelled before it was taken'),
      );
      return;
    }
    const call = new InboundSipCall(
      {
        id,
        remoteName: callerName(request),
        remoteUri: addressOfRecord(request.getParsedHeader('From').uri),
        remoteAddress: request.source_address,
        target: Srf.parseUri(request.uri)?.user ?? '',
        localAddress,
        log,
        offer: offer?.description,
        replaces: parseReplaces(request.get('Replaces') ?? undefined),
        timer,
        wishes,
        clock: this.#clock,
        witness: this.#options.witness,
        createDialog: (sdp, headers, made) => {
          this.#srf.createUAS(request, response, { localSdp: sdp, headers }, (error: unknown, dialog?: Srf.Dialog) =>
            made(dialog, error),
          );
        },
      },
      request,
      response,
    );
    this.#options.trace?.named(id, request.get('Call-ID') ?? '');
    if (!this.emit('call', call)) {
      call.end('internal-error');
    }
  }
}

/** Display name of the From header, else its user part, else its host. */
function callerName(request: Srf.SrfRequest): string {
  const { name, uri } = request.getParsedHeader('From');
  const displayed = (name ?? '').replace(/^"|"$/g, '').replace(/\\(.)/g, '$1').trim();
  const parsed = Srf.parseUri(uri);
  const text = displayed || decoded(parsed?.user ?? '') || parsed?.host || '';
  return [...text].slice(0, LONGEST_NAME).join('');
}

/** `user@host` in lower case: who a party is, whatever its tags and parameters. */
function addressOfRecord(uri: string): string {
  const parsed = Srf.parseUri(uri);
  return `${parsed?.user ?? ''}@${(parsed?.host ?? '').toLowerCase()}`;
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
