import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import Srf from 'drachtio-srf';
import type { Logger } from 'pino';
import { readSdp } from '#codecs/sdp/read.ts';
import { ALLOWED_METHODS, SipCall } from './sip-call.ts';
import { reasonHeader, SIP_SPELLINGS } from './status.ts';

export interface SipApplicationOptions {
  /** Control port of the SIP server: the embedded edge, or a drachtio-server. */
  readonly server: { readonly host: string; readonly port: number; readonly secret: string };
  /** The address of ours that a party at `address` reaches, for SDP. */
  readonly localAddressFor: (address: string) => Promise<string>;
  readonly log: Logger;
}

/** ms that the SIP server may take to answer at the start. */
const CONNECT_TIMEOUT = 10_000;
/** Longest name that is shown of a caller. */
const LONGEST_NAME = 64;

/**
 * What this service says in SIP, on drachtio-srf. Emits `call` for every INVITE that could be read; whoever listens
 * completes or refuses its `invitation`.
 */
export class SipApplication extends EventEmitter<{ call: [call: SipCall] }> {
  readonly #options: SipApplicationOptions;
  readonly #srf = new Srf();
  #connected = false;

  constructor(options: SipApplicationOptions) {
    super();
    this.#options = options;
    this.#srf.invite((request, response) => {
      this.#onInvite(request, response).catch((error: unknown) => {
        this.#options.log.error({ event: 'invite-failed', err: error }, 'an INVITE could not be handled');
        if (!response.finalResponseSent) {
          response.send(SIP_SPELLINGS['internal-error'].status);
        }
      });
    });
    this.#srf.use('options', (_request: Srf.SrfRequest, response: Srf.SrfResponse) => {
      response.send(200, { headers: { Allow: ALLOWED_METHODS, Accept: 'application/sdp', Supported: '100rel' } });
    });
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

  async #onInvite(request: Srf.SrfRequest, response: Srf.SrfResponse): Promise<void> {
    const id = randomUUID();
    const log = this.#options.log.child({ call: id });
    const body = request.body ?? '';
    const offer = body === '' ? undefined : readSdp(body);
    if (offer !== undefined && 'fault' in offer) {
      log.warn({ event: 'sdp-refused', fault: offer.fault }, 'an INVITE holds SDP that cannot be read');
      response.send(SIP_SPELLINGS['bad-request'].status, { headers: { Reason: reasonHeader('bad-request') } });
      return;
    }
    const localAddress = await this.#options.localAddressFor(request.source_address);
    const call = new SipCall(
      {
        id,
        remoteName: callerName(request),
        target: Srf.parseUri(request.uri)?.user ?? '',
        localAddress,
        log,
        createDialog: (sdp) =>
          this.#srf.createUAS(request, response, { localSdp: sdp, headers: { Allow: ALLOWED_METHODS } }),
      },
      request,
      response,
      offer?.description,
    );
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

function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
