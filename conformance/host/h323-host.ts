import { once } from 'node:events';
import { pino } from 'pino';
import type { TransportAddress } from '#codecs/media/description.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import type { MediaExchange } from '#signaling/call/call.ts';
import { H323Application } from '#signaling/h323/application/h323-application.ts';
import type { H323Call } from '#signaling/h323/call/h323-call.ts';
import { HostMedia, type HostMediaOptions } from './host-media.ts';

/** How a simulated room speaks H.323, beside its media. */
export interface H323HostOptions extends Omit<HostMediaOptions, 'cname' | 'keyFramesBy'> {
  /** Its alias, and what is shown of it. */
  readonly name: string;
  /** TCP port of its call signalling; default any free one. */
  readonly port?: number;
  /** Whether H.245 may go through call signalling; default true. */
  readonly tunnelling?: boolean;
  /** Whether it proposes channels in its Setup; default true. */
  readonly fastStart?: boolean;
}

/** TCP ports of hosts for H.245 connections of their own: below those that systems hand out by themselves. */
const H245_PORTS = { from: 11_000, to: 11_999 } as const;
const ORIGIN = { origin: { sessionId: '0', version: '0' } } as const;

/**
 * An H.323 room that does what it is told: calls, takes every call as rooms do that answer by themselves, plays its loops, looks at
 * what it is sent. One call at a time, any number of them one after another. Key frames it asks for by H.245 alone.
 */
export class H323Host {
  readonly name: string;
  readonly media: HostMedia;
  /** Calls that stood, calls that the far side or the line ended, and pictures that it was asked for by H.245. */
  readonly counts = { answered: 0, ended: 0, picturesAsked: 0 };
  readonly #application: H323Application;
  readonly #address: string;
  #call: H323Call | undefined;
  #isHangingUp = false;
  #isOpen = true;

  private constructor(options: H323HostOptions, media: HostMedia) {
    this.name = options.name;
    this.media = media;
    this.#address = options.address;
    this.#application = new H323Application({
      listen: { address: options.address, port: options.port ?? 0 },
      h245Ports: H245_PORTS,
      capabilities: media.capabilities,
      displayName: options.name,
      tunnelling: options.tunnelling ?? true,
      fastStart: options.fastStart ?? true,
      log: pino({ level: 'silent' }),
    });
    this.#application.on('call', (call) => void this.#join(call).catch(() => call.end('internal-error')));
    media.on('key-frame-wanted', () => this.#call?.requestKeyFrame());
  }

  /** Opens its media and takes calls. Rejects with the system's error or CodecFault. */
  static async open(options: H323HostOptions): Promise<H323Host> {
    const media = await HostMedia.open({ ...options, cname: options.name, keyFramesBy: 'signalling' });
    const host = new H323Host(options, media);
    try {
      await host.#application.start();
    } catch (error) {
      await media.close();
      throw error;
    }
    return host;
  }

  /** What it is called by: `h323:ALIAS@ADDRESS:PORT`. */
  get uri(): string {
    return `h323:${this.name}@${this.#address}:${this.#application.address.port}`;
  }

  /** @throws Error while it is in no call */
  get call(): H323Call {
    if (this.#call === undefined) {
      throw new Error(`${this.name} is in no call`);
    }
    return this.#call;
  }

  get isInCall(): boolean {
    return this.#call !== undefined;
  }

  /** Calls an alias at an address. Resolves when it is answered: channels may still be opened. Rejects with the reason where it is not. */
  async dial(address: TransportAddress, alias: string): Promise<void> {
    const call = await this.#application.dial({ address, alias, target: alias, displayName: this.name });
    const answered = once(call, 'answered');
    const refused = once(call, 'ended').then(([reason]) => Promise.reject(new Error(String(reason))));
    refused.catch(() => undefined);
    await Promise.all([Promise.race([answered, refused]), Promise.race([this.#join(call), refused])]);
  }

  /** Hangs up, where it is in a call; its media stay. */
  leave(): void {
    this.#isHangingUp = true;
    this.#call?.end('local-hangup');
    this.#isHangingUp = false;
  }

  /** Ends its call where there is one, and the host with it. */
  async hangUp(): Promise<void> {
    this.leave();
    this.#isOpen = false;
    await Promise.all([this.#application.close(), this.media.close()]);
  }

  async #join(call: H323Call): Promise<void> {
    if (this.#call !== undefined) {
      call.end('busy');
      return;
    }
    this.#call = call;
    call.on('media', (exchange) => this.#answer(exchange));
    call.on('keyframe-request', () => {
      this.counts.picturesAsked += 1;
      this.media.giveKeyFrame();
    });
    call.on('dtmf', (digit) => this.media.emit('digit', digit));
    call.on('answered', () => {
      this.counts.answered += 1;
    });
    call.on('ended', () => {
      this.#call = undefined;
      this.counts.ended += this.#isHangingUp ? 0 : 1;
      this.#rest();
    });
    await call.prepare();
    this.#answer(call.invitation);
  }

  /** Sends nothing while there is nobody to send it to. */
  #rest(): void {
    if (this.#isOpen) {
      this.media.use({ streams: [] });
    }
  }

  /** Capabilities of the far side, or addresses that it has told: answered as an offer is. */
  #answer(exchange: MediaExchange): void {
    const { capabilities, transport } = this.media;
    const result =
      exchange.offer === undefined ? undefined : negotiate(exchange.offer, capabilities, transport, ORIGIN);
    if (result === undefined || 'failure' in result) {
      exchange.refuse('no-common-media');
      return;
    }
    this.media.use(result.media);
    exchange.complete(result.answer).catch(() => undefined);
  }
}
