import type { Producer, Router, RtpCapabilities, RtpParameters, WebRtcServer, WebRtcTransport } from 'mediasoup/types';
import { engineCapabilities } from '#codecs/mediasoup/engine-capabilities.ts';
import { producerRtpParameters } from '#codecs/mediasoup/producer-parameters.ts';
import { BrowserMedia } from './browser-media.ts';
import { Relay } from './relay.ts';

/** A stream of the engine that browsers can consume. */
export interface Published {
  readonly relay: Relay;
  readonly producer: Producer;
}

/** bit/s that a new browser is taken to receive until it is measured: enough for the upper layer of the mix. */
const INITIAL_OUTGOING_BIT_RATE = 2_000_000;

/** The browsers' side of one lesson. */
export class SfuRoom {
  readonly #router: Router;
  readonly #server: WebRtcServer;
  readonly #relayPorts: { readonly from: number; readonly to: number };

  constructor(router: Router, server: WebRtcServer, relayPorts: { from: number; to: number }) {
    this.#router = router;
    this.#server = server;
    this.#relayPorts = relayPorts;
  }

  /** What a page's mediasoup-client loads. */
  get rtpCapabilities(): RtpCapabilities {
    return this.#router.rtpCapabilities;
  }

  /** What the engine can receive from this room. */
  get engineCapabilities(): RtpCapabilities {
    return engineCapabilities(this.#router.rtpCapabilities);
  }

  /** Opens the way between the room and an engine port. */
  openRelay(enginePort: number): Promise<Relay> {
    return Relay.open(this.#router, enginePort, this.#relayPorts);
  }

  /** The mixed picture as a simulcast producer: one SSRC for each layer, lowest first. */
  async publishPicture(enginePort: number, ssrcs: readonly number[], cname: string): Promise<Published> {
    return await this.#publish(enginePort, producerRtpParameters({ codec: 'H264', ssrcs, cname }));
  }

  /** The picture of a room, as it sends it. */
  async publishSource(enginePort: number, codec: 'H264' | 'VP8', ssrc: number, cname: string): Promise<Published> {
    return await this.#publish(enginePort, producerRtpParameters({ codec, ssrcs: [ssrc], cname }));
  }

  /** A mixed sound over a relay that is open already. */
  async publishSound(relay: Relay, ssrc: number, cname: string): Promise<Producer> {
    return await relay.produce('audio', producerRtpParameters({ codec: 'opus', ssrc, cname }));
  }

  /** The two transports of a new page. */
  async openBrowser(): Promise<BrowserMedia> {
    const send = await this.#openTransport();
    const receive = await this.#openTransport().catch((error: unknown) => {
      send.close();
      throw error;
    });
    return new BrowserMedia(send, receive, (producerId, rtpCapabilities) =>
      this.#router.canConsume({ producerId, rtpCapabilities }),
    );
  }

  close(): void {
    this.#router.close();
  }

  async #publish(enginePort: number, rtpParameters: RtpParameters): Promise<Published> {
    const relay = await this.openRelay(enginePort);
    try {
      return { relay, producer: await relay.produce('video', rtpParameters) };
    } catch (error) {
      relay.close();
      throw error;
    }
  }

  #openTransport(): Promise<WebRtcTransport> {
    return this.#router.createWebRtcTransport({
      webRtcServer: this.#server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BIT_RATE,
    });
  }
}
