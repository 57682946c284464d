import { type Notice, PROTOCOL_VERSION, type Reception } from '#signaling/webrtc/protocol.ts';
import type { LessonState } from './lesson-state.ts';
import type { LocalMedia } from './media/local-media.ts';
import { MediaLink } from './media/media-link.ts';
import { type LinkParameters, readJoined } from './media/mediasoup-shapes.ts';
import { ReceivedStreams } from './media/received-streams.ts';
import type { PageFault } from './page-fault.ts';
import { afterFault } from './signalling/after-fault.ts';
import { backOff } from './signalling/back-off.ts';
import { RequestFault } from './signalling/request-fault.ts';
import { SignallingClient } from './signalling/signalling-client.ts';
import { Store } from './store.ts';

/**
 * Milliseconds for which a last picture stands after the media server was replaced: those of others come back one after the other, as
 * their pages follow.
 */
const LAST_PICTURE = 5_000;

/** Which lesson, as whom, and with what to send. */
export interface LessonOptions {
  /** WebSocket address of the gateway. */
  readonly url: string;
  readonly code: string;
  readonly name: string;
  readonly reception: Reception;
  /** Not closed by the lesson. */
  readonly local: LocalMedia;
}

/** One party's stay in a lesson, from joining to leaving; comes back by itself whenever that can help. */
export class Lesson {
  readonly state: Store<LessonState>;
  readonly #options: LessonOptions;
  #client: SignallingClient | undefined;
  #link: MediaLink | undefined;
  /** Their last pictures are shown until the link that replaced them has some. */
  #retired: MediaLink[] = [];
  #retiredTimer: ReturnType<typeof setTimeout> | undefined;
  /** Media over this link has begun: what is captured may be sent. */
  #linkOpen = false;
  #received = new ReceivedStreams();
  #wasInLesson = false;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void) | undefined;
  readonly #retryWhenOnline = () => this.retryNow();
  readonly #leaveWithPage = () => this.leave();

  constructor(options: LessonOptions) {
    this.#options = options;
    this.state = new Store<LessonState>({
      phase: 'connecting',
      fault: undefined,
      retryAt: undefined,
      title: '',
      party: undefined,
      parties: [],
      reception: options.reception,
      streams: this.#received.bySource,
      mediaConnected: false,
    });
  }

  /** Joins; the state tells how it goes. */
  start(): void {
    this.#unsubscribe = this.#options.local.state.subscribe(() => this.#sendLocal());
    window.addEventListener('online', this.#retryWhenOnline);
    window.addEventListener('pagehide', this.#leaveWithPage);
    void this.#connect();
  }

  /** Leaves for good. */
  leave(): void {
    this.#client?.leave();
    this.#stop('left', undefined);
  }

  /** Does not wait for the next try any longer. */
  retryNow(): void {
    if (this.state.value.phase !== 'reconnecting' || this.state.value.retryAt === undefined) return;
    clearTimeout(this.#retryTimer);
    void this.#connect();
  }

  /** The mix, or everybody by himself. */
  setReception(reception: Reception): void {
    this.state.set({ reception });
    if (this.state.value.phase !== 'in-lesson') return;
    this.#client?.request({ type: 'reception', reception }).catch((error: unknown) => this.#requestFailed(error));
  }

  /** Counters of what flows, for people who debug. */
  async stats(): Promise<Record<string, unknown>> {
    return (await this.#link?.stats()) ?? {};
  }

  async #connect(): Promise<void> {
    this.state.set({ retryAt: undefined });
    const client = new SignallingClient(this.#options.url, {
      notice: (notice) => this.#notice(client, notice),
      closed: () => this.#fail(client, 'server-gone'),
    });
    this.#client = client;
    const { code, name } = this.#options;
    const { reception } = this.state.value;
    try {
      const joined = readJoined(
        await client.request({ type: 'join', version: PROTOCOL_VERSION, code, name, reception }),
      );
      if (client !== this.#client) return;
      this.#wasInLesson = true;
      const { party, title } = joined;
      this.state.set({ phase: 'in-lesson', fault: undefined, party, title });
      await this.#openLink(client, joined);
    } catch (error) {
      this.#fail(client, error instanceof RequestFault ? error.fault : 'bad-request');
    }
  }

  /** Another media server: the lesson goes on, and so do the last pictures until there are new ones. */
  async #restartLink(client: SignallingClient, parameters: LinkParameters): Promise<void> {
    if (this.#link !== undefined) this.#retired.push(this.#link);
    this.#link?.retire();
    this.#link = undefined;
    this.#received.retire();
    this.#linkOpen = false;
    this.state.set({ mediaConnected: false });
    clearTimeout(this.#retiredTimer);
    this.#retiredTimer = setTimeout(() => {
      this.#closeRetired();
      this.#received.removeRetired();
      this.#showReceived(this.#received);
    }, LAST_PICTURE);
    await this.#openLink(client, parameters);
  }

  /** New PeerConnections, for a new session or a new media server. */
  async #openLink(client: SignallingClient, parameters: LinkParameters): Promise<void> {
    const received = this.#received;
    let link: MediaLink | undefined;
    try {
      link = new MediaLink({
        request: (request) => client.request(request),
        track: (consumer, source, track) => {
          received.add(consumer, source, track);
          this.#showReceived(received);
        },
        trackClosed: (consumer) => {
          received.remove(consumer);
          this.#showReceived(received);
        },
        connected: () => {
          this.#attempt = 0;
          this.state.set({ mediaConnected: true });
        },
        failed: () => this.#fail(client, 'media-failed'),
      });
      this.#link = link;
      await link.open(parameters);
    } catch (error) {
      // What a replaced media server refused is of no consequence.
      if (link !== this.#link) return;
      if (error instanceof RequestFault) throw error;
      console.warn('WebRTC cannot be used', error);
      this.#fail(client, 'unsupported-browser');
      return;
    }
    if (link !== this.#link) return;
    this.#linkOpen = true;
    if (!link.canReceiveVideo) this.state.set({ fault: 'no-video-codec' });
    this.#sendLocal();
  }

  #notice(client: SignallingClient, notice: Notice): void {
    if (client !== this.#client) return;
    switch (notice.type) {
      case 'consumer':
        this.#link?.consume(notice);
        return;
      case 'consumer-closed':
        this.#link?.closeConsumer(notice.consumer);
        return;
      case 'parties':
        this.state.set({ parties: notice.parties });
        return;
      case 'restart':
        this.#restartLink(client, notice).catch(() => this.#fail(client, 'media-failed'));
        return;
      case 'ended':
        this.#fail(client, notice.fault);
    }
  }

  /** A request other than `join` failed. The end of the connection is told by the connection itself. */
  #requestFailed(error: unknown): void {
    console.warn('The gateway refused a request', error);
  }

  #fail(client: SignallingClient, fault: PageFault): void {
    if (client !== this.#client) return;
    if (afterFault(fault, this.#wasInLesson) === 'stop') {
      this.#stop('failed', fault);
      return;
    }
    this.#hangUp();
    const delay = backOff(this.#attempt, Math.random());
    this.#attempt += 1;
    this.state.set({ phase: 'reconnecting', fault, retryAt: Date.now() + delay, parties: [], party: undefined });
    this.#retryTimer = setTimeout(() => void this.#connect(), delay);
  }

  #stop(phase: 'left' | 'failed', fault: PageFault | undefined): void {
    clearTimeout(this.#retryTimer);
    this.#unsubscribe?.();
    window.removeEventListener('online', this.#retryWhenOnline);
    window.removeEventListener('pagehide', this.#leaveWithPage);
    this.#hangUp();
    this.state.set({ phase, fault, retryAt: undefined, parties: [], party: undefined });
  }

  #hangUp(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#dropLink();
  }

  #dropLink(): void {
    this.#closeRetired();
    this.#link?.close();
    this.#link = undefined;
    this.#linkOpen = false;
    this.#received = new ReceivedStreams();
    this.state.set({ streams: this.#received.bySource, mediaConnected: false });
  }

  #closeRetired(): void {
    clearTimeout(this.#retiredTimer);
    for (const link of this.#retired) link.close();
    this.#retired = [];
  }

  #showReceived(received: ReceivedStreams): void {
    if (received === this.#received) this.state.set({ streams: received.bySource });
  }

  #sendLocal(): void {
    if (!this.#linkOpen) return;
    const { audio, video } = this.#options.local.state.value;
    this.#link?.setUplink('audio', audio.track, audio.wanted);
    this.#link?.setUplink('video', video.track, video.wanted);
  }
}
