import { Device } from 'mediasoup-client';
import type { Consumer, Producer, Transport } from 'mediasoup-client/types';
import { type Notice, producedSchema, type Request } from '#signaling/webrtc/protocol.ts';
import type { Kind } from './capture-constraints.ts';
import { type LinkParameters, readRtpCapabilities, readRtpParameters, readTransport } from './mediasoup-shapes.ts';
import { AUDIO_CODEC_OPTIONS, VIDEO_CODEC_OPTIONS, VIDEO_ENCODINGS, videoCodecs } from './uplink-codec.ts';

/** What the link to the media server tells. */
export interface MediaLinkEvents {
  readonly request: (request: Request) => Promise<unknown>;
  readonly track: (consumer: string, source: string, track: MediaStreamTrack) => void;
  readonly trackClosed: (consumer: string) => void;
  /** Something flows, for the first time or again. */
  readonly connected: () => void;
  /** ICE or DTLS gave up, or was silent too long. */
  readonly failed: () => void;
}

type ConsumerNotice = Extract<Notice, { type: 'consumer' }>;

/**
 * Milliseconds in the ICE state `disconnected`, which browsers enter about 5 s after the last answer, until a transport
 * counts as failed. Browsers themselves wait much longer; to join anew takes less than a second.
 */
const SILENCE = 4_000;

/** The two PeerConnections to one media server, and what goes through them. After `retire` or `close` it does nothing more. */
export class MediaLink {
  readonly #events: MediaLinkEvents;
  readonly #consumers = new Map<string, Consumer>();
  /** Ended by a notice before the browser was done with them. */
  readonly #gone = new Set<string>();
  readonly #producers: Record<Kind, Producer | undefined> = { audio: undefined, video: undefined };
  readonly #tasks: Record<Kind | 'receive', Promise<void>>;
  /** Lets what waits for the PeerConnections begin. */
  #begin: () => void = () => {};
  readonly #silences = new Set<ReturnType<typeof setTimeout>>();
  readonly #device: Device;
  #send: Transport | undefined;
  #receive: Transport | undefined;
  #closed = false;

  /** @throws UnsupportedError where the browser has no WebRTC */
  constructor(events: MediaLinkEvents) {
    this.#events = events;
    this.#device = new Device();
    // Right after a media server was replaced, consumers may be told of before there is anything to receive them with.
    const begun = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
    this.#tasks = { audio: Promise.resolve(), video: Promise.resolve(), receive: begun };
  }

  /** Makes the PeerConnections and tells the gateway what this browser can receive. Comes before all else. */
  async open(parameters: LinkParameters): Promise<void> {
    await this.#device.load({ routerRtpCapabilities: readRtpCapabilities(parameters.routerRtpCapabilities) });
    if (this.#closed) return;
    this.#send = this.#device.createSendTransport(readTransport(parameters.send));
    this.#receive = this.#device.createRecvTransport(readTransport(parameters.receive));
    this.#serve(this.#send);
    this.#serve(this.#receive);
    this.#begin();
    await this.#events.request({ type: 'ready', rtpCapabilities: this.#device.recvRtpCapabilities });
  }

  /** The browser decodes a video codec that the media server has. */
  get canReceiveVideo(): boolean {
    return videoCodecs(this.#device.recvRtpCapabilities.codecs ?? []).length > 0;
  }

  /** Begins to receive what the notice describes. */
  consume(notice: ConsumerNotice): void {
    this.#do('receive', async () => {
      const consumer = await this.#receive?.consume({
        id: notice.consumer,
        producerId: notice.producer,
        kind: notice.kind,
        rtpParameters: readRtpParameters(notice.rtpParameters),
        // Tracks of one source have one msid: the browser plays them in step.
        streamId: notice.source,
      });
      if (consumer === undefined) return;
      if (this.#closed || this.#gone.delete(notice.consumer)) {
        consumer.close();
        return;
      }
      this.#consumers.set(notice.consumer, consumer);
      this.#events.track(notice.consumer, notice.source, consumer.track);
      await this.#events.request({ type: 'resume', consumer: notice.consumer });
    });
  }

  /** The gateway ended a consumer. */
  closeConsumer(id: string): void {
    const consumer = this.#consumers.get(id);
    if (consumer === undefined) this.#gone.add(id);
    this.#consumers.delete(id);
    consumer?.close();
    this.#events.trackClosed(id);
  }

  /** Brings what is sent to this state: `track`, or nothing while it is undefined or not `on`. */
  setUplink(kind: Kind, track: MediaStreamTrack | undefined, on: boolean): void {
    this.#do(kind, async () => {
      const producer = this.#producers[kind];
      const live = track !== undefined && track.readyState === 'live' && on;
      if (producer === undefined) {
        if (live) this.#producers[kind] = await this.#produce(kind, track);
        return;
      }
      if (live && producer.track !== track) await producer.replaceTrack({ track });
      if (live === !producer.paused) return;
      if (live) producer.resume();
      else producer.pause();
      await this.#events.request({ type: 'mute', kind, muted: !live });
    });
  }

  /** Counters of every stream, for people who debug (W3C WebRTC Statistics). */
  async stats(): Promise<Record<string, unknown>> {
    const report: Record<string, unknown> = {};
    const collect = async (name: string, source: Producer | Consumer) => {
      for (const entry of (await source.getStats()).values()) {
        if (entry.type === 'inbound-rtp' || entry.type === 'outbound-rtp') report[name] = entry;
      }
    };
    for (const consumer of this.#consumers.values()) await collect(`receive ${consumer.kind} ${consumer.id}`, consumer);
    for (const producer of Object.values(this.#producers)) {
      if (producer !== undefined) await collect(`send ${producer.kind}`, producer);
    }
    return report;
  }

  /** Another one takes over: it does nothing more, but what it has received stays, with the last pictures, until `close`. */
  retire(): void {
    this.#closed = true;
    this.#begin();
    for (const silence of this.#silences) clearTimeout(silence);
    this.#send?.close();
  }

  close(): void {
    this.retire();
    this.#receive?.close();
  }

  async #produce(kind: Kind, track: MediaStreamTrack): Promise<Producer | undefined> {
    const transport = this.#send;
    if (transport === undefined || !this.#device.canProduce(kind)) return undefined;
    // The track stays the user's: neither stopped nor switched off by us.
    const common = { track, stopTracks: false, disableTrackOnPause: false, zeroRtpOnPause: false };
    if (kind === 'audio') return await transport.produce({ ...common, codecOptions: AUDIO_CODEC_OPTIONS });
    let failure: unknown;
    for (const codec of videoCodecs(this.#device.sendRtpCapabilities.codecs ?? [])) {
      try {
        const encodings = [...VIDEO_ENCODINGS];
        return await transport.produce({ ...common, codec, encodings, codecOptions: VIDEO_CODEC_OPTIONS });
      } catch (error) {
        failure = error;
      }
    }
    throw failure ?? new Error('no codec for video');
  }

  #serve(transport: Transport): void {
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#events.request({ type: 'connect', transport: transport.id, dtlsParameters }).then(() => done(), failed);
    });
    transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
      this.#events
        .request({ type: 'produce', kind, rtpParameters })
        .then((data) => done({ id: producedSchema.parse(data).producer }))
        .catch(failed);
    });
    let silence: ReturnType<typeof setTimeout> | undefined;
    transport.on('connectionstatechange', (state) => {
      clearTimeout(silence);
      if (this.#closed) return;
      if (state === 'connected') this.#events.connected();
      if (state === 'failed') this.#events.failed();
      if (state === 'disconnected') {
        silence = setTimeout(() => this.#events.failed(), SILENCE);
        this.#silences.add(silence);
      }
    });
  }

  /** One task of a kind at a time, in their order. What goes wrong in one track leaves the others alone. */
  #do(queue: Kind | 'receive', task: () => Promise<void>): void {
    this.#tasks[queue] = this.#tasks[queue].then(async () => {
      if (this.#closed) return;
      try {
        await task();
      } catch (error) {
        if (!this.#closed) console.warn(`${queue}: a track failed`, error);
      }
    });
  }
}
