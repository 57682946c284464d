import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { mediasoupWorkerPath } from '#deploy/worker.ts';
import { Engine } from '#mcu/engine/engine.ts';
import { Sfu } from '#mcu/sfu/sfu.ts';
import { localAddressTowards } from '#signaling/network/local-address.ts';
import { SipApplication } from '#signaling/sip/application/sip-application.ts';
import { createEdge, type Edge } from '#signaling/sip/edge/edge.ts';
import { SignallingDoor } from '#signaling/webrtc/door.ts';
import { browserHandler } from './conference/browser-handler.ts';
import { Conference } from './conference/conference.ts';
import { SipParty } from './conference/sip-party.ts';
import type { Configuration } from './configuration/schema.ts';
import { certificateFor } from './http/certificate.ts';
import { Metrics } from './http/metrics.ts';
import { type Health, operatorServer } from './http/operator-server.ts';
import { pageServer } from './http/page-server.ts';
import { localAddresses, urlHost } from './network/addresses.ts';
import { EventLoopDelay } from './supervision/event-loop.ts';

const LOOPBACK = '127.0.0.1';

/** The whole service on one machine: every part is made here, joined here and ended here. */
export class Service {
  readonly #configuration: Configuration;
  readonly #log: Logger;
  readonly #engine = new Engine();
  readonly #metrics = new Metrics();
  readonly #delay = new EventLoopDelay();
  #edge: Edge | undefined;
  #sip: SipApplication | undefined;
  #sfu: Sfu | undefined;
  #conference: Conference | undefined;
  #door: SignallingDoor | undefined;
  #servers: FastifyInstance[] = [];
  #closing = false;

  constructor(configuration: Configuration, log: Logger) {
    this.#configuration = configuration;
    this.#log = log;
  }

  /** Starts every part. Resolves to the addresses of the pages, best first. Rejects when a part does not come up. */
  async start(): Promise<string[]> {
    const { web, operator, service } = this.#configuration;
    await Promise.all([this.#startEngine(), this.#startSfu()]);
    const conference = this.#openConference();
    await this.#startSip(conference);

    const addresses = this.#reachableAddresses();
    const shown = service.announcedAddress === undefined ? addresses : [service.announcedAddress, ...addresses];
    const certificate = await certificateFor(web, dataFolder(this.#configuration), shown);
    const pages = await pageServer(certificate);
    this.#door = new SignallingDoor({
      accept: (session) => browserHandler(conference, session),
      log: this.#log.child({ part: 'webrtc' }),
    });
    this.#door.attach(pages.server);
    await pages.listen({ host: web.address, port: web.port });
    const operators = operatorServer({
      health: () => this.health(),
      metrics: this.#metrics,
      lessons: () => conference.lessons,
    });
    await operators.listen({ host: operator.address, port: operator.port });
    this.#servers = [pages, operators];
    return shown.map((address) => `https://${urlHost(address)}:${web.port}`);
  }

  /** Part by part: whether it works. */
  health(): Health {
    const parts = {
      engine: this.#engine.alive,
      sfu: this.#sfu !== undefined,
      sip: this.#sip?.connected === true,
    };
    return { healthy: !this.#closing && Object.values(parts).every((works) => works), parts };
  }

  /** Ends all calls, then every part. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#conference?.close();
    this.#door?.close('shutdown');
    // BYE and WebSocket closes leave before their sockets do.
    await new Promise((resolve) => setTimeout(resolve, 200));
    this.#sip?.close();
    await this.#edge?.close();
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#sfu?.close();
    await this.#engine.close();
    this.#delay.close();
  }

  async #startEngine(): Promise<void> {
    this.#engine.on('log', ({ level, event, detail }) => this.#log[level]({ part: 'engine', event, ...detail }, event));
    this.#engine.on('restarted', () => this.#log.warn({ event: 'engine-restarted' }, 'another engine took over'));
    this.#engine.on('figures', (report) => {
      this.#metrics.engineReported(report, this.#conference?.lessons ?? [], performance.now() / 1000);
      this.#metrics.gatewayDelay(this.#delay.take());
    });
    await this.#engine.start();
  }

  async #startSfu(): Promise<void> {
    const { webrtc, media, service } = this.#configuration;
    const sfu = await Sfu.start({
      workerBinary: mediasoupWorkerPath(),
      listen: { addresses: localAddresses(), port: webrtc.port },
      announcedAddress: service.announcedAddress,
      relayPorts: { from: media.relayPortFrom, to: media.relayPortTo },
    });
    this.#sfu = sfu;
    sfu.on('died', (error) => this.#onSfuDied(error));
  }

  #onSfuDied(error: Error): void {
    this.#sfu = undefined;
    if (this.#closing) {
      return;
    }
    this.#log.error({ event: 'sfu-died', err: error }, 'the media server of the browsers died');
    this.#conference?.endBrowsers();
    this.#startSfu().catch((cause: unknown) =>
      this.#log.error({ event: 'sfu-start-failed', err: cause }, 'no media server'),
    );
  }

  #openConference(): Conference {
    const { media, lessons } = this.#configuration;
    const maximumBitRate = media.videoBitRate * 1000;
    const conference = new Conference({
      engine: this.#engine,
      sfu: () => {
        if (this.#sfu === undefined) {
          throw new Error('the media server of the browsers is not there');
        }
        return this.#sfu;
      },
      classes: lessons.classes,
      maximumParties: lessons.maximumParties,
      ports: { from: media.portFrom, to: media.portTo },
      capabilities: defaultCapabilities({ videoBitRate: maximumBitRate, maximumSize: media.pictureSize }),
      limits: { maximumHeight: media.pictureSize === '1080p' ? 1080 : 720, maximumBitRate },
      log: this.#log.child({ part: 'conference' }),
      onEnded: (protocol, reason) => this.#metrics.callEnded(protocol, reason),
    });
    this.#conference = conference;
    return conference;
  }

  async #startSip(conference: Conference): Promise<void> {
    const { drachtio, service } = this.#configuration;
    const server =
      drachtio.host === undefined
        ? await this.#startEdge()
        : { host: drachtio.host, port: drachtio.port, secret: drachtio.secret };
    const sip = new SipApplication({
      server,
      localAddressFor: async (address) => service.announcedAddress ?? (await localAddressTowards(address)),
      log: this.#log.child({ part: 'sip' }),
    });
    sip.on('call', (call) => {
      const lesson = conference.admit(call.target);
      if (typeof lesson === 'string') {
        this.#log.info({ event: 'call-refused', call: call.id, reason: lesson }, 'a call was refused');
        conference.refused('sip', lesson);
        call.end(lesson);
        return;
      }
      const party = new SipParty(call, conference, lesson);
      party.join().catch((error: unknown) => {
        if (party.ended) {
          // Hung up before the ACK: told by its reason.
          return;
        }
        this.#log.warn({ event: 'join-failed', call: call.id, err: error }, 'a room did not get into its lesson');
        call.end('internal-error');
      });
    });
    await sip.start();
    this.#sip = sip;
  }

  async #startEdge(): Promise<{ host: string; port: number; secret: string }> {
    const { sip, service } = this.#configuration;
    const secret = randomBytes(16).toString('hex');
    const edge = createEdge({
      listen: [
        { protocol: 'udp', address: sip.address, port: sip.port },
        { protocol: 'tcp', address: sip.address, port: sip.port },
      ],
      ...(service.announcedAddress === undefined ? {} : { announcedAddress: service.announcedAddress }),
      control: { address: LOOPBACK, port: 0, secret },
      log: this.#log.child({ part: 'edge' }),
    });
    const { control } = await edge.start();
    this.#edge = edge;
    return { host: control.address, port: control.port, secret };
  }

  #reachableAddresses(): string[] {
    const { address } = this.#configuration.web;
    return address === '0.0.0.0' || address === '::' ? localAddresses() : [address];
  }
}

function dataFolder(configuration: Configuration): string {
  const base = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  return configuration.service.dataFolder ?? join(base, 'classbridge');
}
