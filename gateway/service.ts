import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { mediasoupWorkerPath } from '#deploy/worker.ts';
import { Engine } from '#mcu/engine/engine.ts';
import { Sfu } from '#mcu/sfu/sfu.ts';
import { StrangerLog } from '#signaling/log/stranger-log.ts';
import { localAddressTowards } from '#signaling/network/local-address.ts';
import { SipApplication } from '#signaling/sip/application/sip-application.ts';
import { createEdge, type Edge } from '#signaling/sip/edge/edge.ts';
import { SignallingDoor } from '#signaling/webrtc/door.ts';
import { openAdmission } from './admission/open-admission.ts';
import { browserHandler } from './conference/browser-handler.ts';
import { Conference } from './conference/conference.ts';
import { Dialling } from './conference/dialling.ts';
import { lessonsOver } from './conference/drain.ts';
import { loseMedia, renewMedia } from './conference/media-replacement.ts';
import { RoomParty } from './conference/room-party.ts';
import { addressOfHost, SipReception } from './conference/sip-reception.ts';
import { dataFolder } from './configuration/data-folder.ts';
import type { Configuration } from './configuration/schema.ts';
import { Diagnosis } from './diagnosis/diagnosis.ts';
import { diagnosisActions } from './diagnosis/diagnosis-actions.ts';
import { LogTail } from './diagnosis/log-tail.ts';
import { H323Access } from './h323/h323-access.ts';
import { registerApi } from './http/api.ts';
import { apiTokenIn } from './http/api-token.ts';
import { certificateFor } from './http/certificate.ts';
import { addEdgeMetrics } from './http/edge-metrics.ts';
import { addGuardMetrics } from './http/guard-metrics.ts';
import { Metrics } from './http/metrics.ts';
import { type Health, operatorServer } from './http/operator-server.ts';
import { pageServer } from './http/page-server.ts';
import { ProcessMetrics } from './http/process-metrics.ts';
import { addStateMetrics } from './http/state-metrics.ts';
import { Legacy } from './journal/legacy.ts';
import { localAddresses, urlHost } from './network/addresses.ts';
import { BanLists } from './registration/ban-lists.ts';
import { SipAccess } from './registration/sip-access.ts';
import { sipBans, sipGuard } from './registration/sip-guard.ts';
import { SfuKeeper } from './supervision/sfu-keeper.ts';
import type { Restarts } from './supervision/supervisor.ts';

const LOOPBACK = '127.0.0.1';

/** What the operator is told at the start. */
export interface StartedService {
  /** Addresses of the pages, best first. */
  readonly pages: readonly string[];
  /** The API's token where it was made just now. */
  readonly newToken: string | undefined;
}

/** The whole service on one machine: every part is made here, joined here and ended here. */
export class Service {
  readonly #configuration: Configuration;
  readonly #log: Logger;
  readonly #engine = new Engine();
  readonly #metrics: Metrics;
  readonly #processes: ProcessMetrics;
  readonly #sfus: SfuKeeper;
  readonly #diagnosis: Diagnosis;
  readonly #logTail: LogTail;
  #edge: Edge | undefined;
  readonly #bans = new BanLists();
  #sip: SipApplication | undefined;
  #reception: SipReception | undefined;
  #access: SipAccess | undefined;
  #h323: H323Access | undefined;
  #dialling: Dialling | undefined;
  #conference: Conference | undefined;
  #door: SignallingDoor | undefined;
  #legacy: Legacy | undefined;
  #servers: FastifyInstance[] = [];
  #closing = false;

  /** @param restarts how often a gateway was started before this one under the same supervisor */
  constructor(
    configuration: Configuration,
    log: Logger,
    restarts: Restarts = { died: 0, hung: 0 },
    logTail = new LogTail(),
  ) {
    this.#configuration = configuration;
    this.#log = log;
    this.#logTail = logTail;
    this.#diagnosis = new Diagnosis({ keys: configuration.diagnosis, log });
    this.#metrics = new Metrics({ askedBitRate: configuration.media.videoBitRate * 1000 });
    const ids = {
      gateway: () => process.pid,
      engine: () => this.#engine.processId,
      'engine-standby': () => this.#engine.standbyId,
      sfu: () => this.#sfus.current?.processId,
    };
    this.#processes = new ProcessMetrics({ registry: this.#metrics.registry, processId: (name) => ids[name]() });
    this.#sfus = new SfuKeeper({ start: () => this.#startSfu(), log });
    this.#processes.restarted('gateway', 'died', restarts.died);
    this.#processes.restarted('gateway', 'hung', restarts.hung);
  }

  /** Starts every part. Rejects when one does not come up. */
  async start(): Promise<StartedService> {
    const { web, operator, service } = this.#configuration;
    const conference = this.#openConference();
    const legacy = await this.#inherit(conference);
    this.#diagnosis.open();
    await Promise.all([this.#startEngine(), this.#sfus.start(), this.#startSip(conference, legacy)]);

    const addresses = this.#reachableAddresses();
    const shown = service.announcedAddress === undefined ? addresses : [service.announcedAddress, ...addresses];
    const certificate = await certificateFor(web, dataFolder(this.#configuration), shown);
    addStateMetrics({
      registry: this.#metrics.registry,
      health: () => this.health(),
      ports: () => conference.ports,
      quarantined: () => this.#engine.quarantined.length,
      certificate: () => certificate.cert,
    });
    const pages = await pageServer(certificate);
    const token = await apiTokenIn(dataFolder(this.#configuration));
    registerApi(pages, token.text, {
      lessons: () => conference.lessons,
      dial: (request) => this.#dialling?.dial(request) ?? Promise.resolve('shutdown'),
      hangUp: (id) => {
        const party = conference.party(id);
        party?.end('local-hangup');
        return party !== undefined;
      },
      bans: this.#bans,
      diagnosis: diagnosisActions({
        diagnosis: this.#diagnosis,
        configuration: this.#configuration,
        health: () => this.health(),
        logTail: this.#logTail,
      }),
    });
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
    return {
      pages: shown.map((address) => `https://${urlHost(address)}:${web.port}`),
      newToken: token.isNew ? token.text : undefined,
    };
  }

  /** Part by part: whether it works. */
  health(): Health {
    const parts = {
      engine: this.#engine.alive,
      sfu: this.#sfus.current !== undefined,
      sip: this.#sip?.connected === true,
    };
    const draining = this.#closing || this.#conference?.draining === true;
    const healthy = !draining && Object.values(parts).every((works) => works);
    return {
      healthy,
      draining,
      parts,
      upstream: this.#access?.upstreams ?? [],
      gatekeeper: this.#h323?.upstream,
    };
  }

  /** Lets nobody in any more; resolves when the calls may be ended. */
  async drain(why: string): Promise<void> {
    const { drain, drainTime } = this.#configuration.service;
    const lessons = (): number => this.#conference?.lessons.length ?? 0;
    this.#log.info({ event: 'draining', why, drain, lessons: lessons() }, 'nobody is let in any more');
    this.#legacy?.giveUp();
    this.#conference?.drain();
    if (drain === 'wait') {
      await lessonsOver(lessons, drainTime * 1000, sleep);
    }
  }

  /** Ends all calls, then every part. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#legacy?.giveUp();
    this.#conference?.close();
    this.#door?.close('shutdown');
    // BYE and WebSocket closes leave before their sockets do.
    await Promise.all([new Promise((resolve) => setTimeout(resolve, 200)), this.#access?.close()]);
    this.#sip?.close();
    await this.#h323?.close();
    await this.#edge?.close();
    await Promise.all(this.#servers.map((server) => server.close()));
    await Promise.all([this.#sfus.close(), this.#engine.close()]);
    this.#diagnosis.close();
    this.#legacy?.close();
  }

  async #inherit(conference: Conference): Promise<Legacy> {
    const legacy = await Legacy.open({
      folder: dataFolder(this.#configuration),
      log: this.#log.child({ part: 'journal' }),
      isTwoWay: (call) => [conference.party(call)].some((party) => party instanceof RoomParty && party.isTwoWay),
      isThere: (code, room) => this.#reception?.isThere(code, room) === true,
      titleOf: (code) => this.#titleOf(code),
    });
    this.#legacy = legacy;
    return legacy;
  }

  async #startEngine(): Promise<void> {
    this.#engine.on('process', (pid, state) => this.#legacy?.processes[state](pid, 'engine'));
    this.#engine.on('log', ({ level, event, detail }) => this.#log[level]({ part: 'engine', event, ...detail }, event));
    this.#engine.on('restarted', (reason) => {
      this.#processes.restarted('engine', reason);
      this.#log.warn({ event: 'engine-restarted' }, 'another engine took over');
    });
    this.#engine.on('figures', (report) => {
      this.#metrics.engineReported(report, this.#conference?.lessons ?? [], performance.now() / 1000);
      this.#reception?.heard(report.legs);
      this.#diagnosis.figures(report.legs);
    });
    this.#engine.on('leg-events', (legs) => this.#diagnosis.legEvents(legs));
    await this.#engine.start();
  }

  async #startSfu(): Promise<Sfu> {
    const { webrtc, media, service } = this.#configuration;
    const sfu = await Sfu.start({
      workerBinary: mediasoupWorkerPath(),
      listen: { addresses: localAddresses(), port: webrtc.port },
      announcedAddress: service.announcedAddress,
      relayPorts: { from: media.relayPortFrom, to: media.relayPortTo },
    });
    const { processId } = sfu;
    this.#legacy?.processes.started(processId, 'sfu');
    sfu.once('died', () => this.#legacy?.processes.ended(processId, 'sfu'));
    return sfu;
  }

  #openConference(): Conference {
    const { media, lessons } = this.#configuration;
    const maximumBitRate = media.videoBitRate * 1000;
    const conference = new Conference({
      engine: this.#engine,
      sfu: () => this.#sfus.current,
      classes: lessons.classes,
      maximumParties: lessons.maximumParties,
      admission: openAdmission({
        configuration: this.#configuration,
        engine: this.#engine,
        sfu: () => this.#sfus.current?.processId,
        conference: () => this.#conference,
        metrics: this.#metrics,
        log: this.#log,
      }),
      ports: { from: media.portFrom, to: media.portTo },
      capabilities: defaultCapabilities({ videoBitRate: maximumBitRate, maximumSize: media.pictureSize }),
      limits: { maximumHeight: media.pictureSize === '1080p' ? 1080 : 720, maximumBitRate },
      log: this.#log.child({ part: 'conference' }),
      recorder: this.#diagnosis.recorder,
      onEntered: (lesson, party) => this.#metrics.callEntered(lesson, party),
      onEnded: (protocol, reason, party) => this.#metrics.callEnded(protocol, reason, party),
      onDigit: (party, _digit, method) => {
        this.#metrics.digit(party.protocol, method);
        // What was pressed may be a PIN: it is not logged.
        this.#log.debug({ event: 'dtmf', call: party.id, method }, 'a key was pressed');
      },
    });
    this.#sfus.on('lost', (loss) => this.#processes.restarted('sfu', loss));
    this.#sfus.on('lost', () => loseMedia(conference));
    this.#sfus.on('replaced', () => void renewMedia(conference));
    this.#conference = conference;
    return conference;
  }

  async #startSip(conference: Conference, legacy: Legacy): Promise<void> {
    const { drachtio, service, sip: sipKeys } = this.#configuration;
    const server =
      drachtio.host === undefined
        ? await this.#startEdge(legacy)
        : { host: drachtio.host, port: drachtio.port, secret: drachtio.secret };
    const access = new SipAccess({
      sip: sipKeys,
      metrics: this.#metrics.registry,
      log: this.#log.child({ part: 'sip' }),
      send: (request) => sip.send(request),
      bindings: legacy.bindings,
      bound: (user, bindings) => legacy.bound(user, bindings),
    });
    const strangers = new StrangerLog(this.#log.child({ part: 'sip' }));
    const sip: SipApplication = new SipApplication({
      server,
      strangers,
      callers: access.callers,
      registrations: access.registrations,
      localAddressFor: async (host) => {
        const remote = await addressOfHost(host);
        const { announcedAddress } = service;
        const isSpoken = announcedAddress !== undefined && isIP(announcedAddress) === isIP(remote);
        return isSpoken ? announcedAddress : await localAddressTowards(remote);
      },
      sessionTimer: { interval: sipKeys.sessionTime, minimum: sipKeys.minimumSessionTime },
      witness: legacy.witness,
      log: this.#log.child({ part: 'sip' }),
      trace: this.#diagnosis.sip,
    });
    const reception = new SipReception({
      conference,
      sip,
      patience: this.#configuration.media.silenceTime * 1000,
      strangers,
      taken: legacy.taken,
      joined: legacy.joined,
      dialled: legacy.dialled,
      log: this.#log.child({ part: 'sip' }),
    });
    sip.on('call', (call) => reception.take(call));
    this.#reception = reception;
    this.#dialling = new Dialling({
      reception,
      sip: access,
      h323: () => this.#h323,
      titleOf: (code) => this.#titleOf(code),
    });
    await sip.start();
    this.#sip = sip;
    this.#access = access;
    access.open();
    this.#h323 = await H323Access.open({
      keys: this.#configuration.h323,
      conference,
      isClass: (code) => conference.isClass(code),
      endGhosts: (caller) => reception.endGhosts(caller),
      bans: this.#bans,
      metrics: this.#metrics.registry,
      log: this.#log.child({ part: 'h323' }),
      trace: this.#diagnosis.h323,
      witness: legacy.h323,
    });
    legacy.settle(sip, reception, this.#h323).catch((error: unknown) => {
      this.#log.error({ event: 'calls-not-settled', err: error }, 'calls of the gateway before may be left');
    });
  }

  #titleOf(code: string): string {
    return this.#configuration.lessons.classes.find((entry) => entry.code === code)?.title ?? code;
  }

  async #startEdge({ bindings }: Legacy): Promise<{ host: string; port: number; secret: string }> {
    const { sip, service } = this.#configuration;
    const secret = randomBytes(16).toString('hex');
    const log = this.#log.child({ part: 'edge' });
    const issued = (nonce: string, address: string) => this.#access?.issued(nonce, address) ?? false;
    const guard = sipGuard(sip, log, { bindings, issued });
    const edge = createEdge({
      guard,
      listen: [
        { protocol: 'udp', address: sip.address, port: sip.port },
        { protocol: 'tcp', address: sip.address, port: sip.port },
      ],
      ...(service.announcedAddress === undefined ? {} : { announcedAddress: service.announcedAddress }),
      control: { address: LOOPBACK, port: 0, secret },
      log,
      trace: this.#diagnosis.sip,
    });
    const { control } = await edge.start();
    this.#edge = edge;
    if (guard !== undefined) addGuardMetrics(this.#metrics.registry, guard);
    this.#bans.add('sip', guard && sipBans(guard));
    addEdgeMetrics({ registry: this.#metrics.registry, figures: () => edge.figures() });
    return { host: control.address, port: control.port, secret };
  }

  #reachableAddresses(): string[] {
    const { address } = this.#configuration.web;
    return address === '0.0.0.0' || address === '::' ? localAddresses() : [address];
  }
}
