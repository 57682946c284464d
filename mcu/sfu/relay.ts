import type { Consumer, PlainTransport, Producer, Router, RtpCapabilities, RtpParameters } from 'mediasoup/types';
import type { TransportAddress } from '#codecs/media/description.ts';

const LOOPBACK = '127.0.0.1';

/**
 * A plain RTP way between a room of the media server and one stream of an engine leg, over loopback: RTP and RTCP on one
 * port at either end.
 */
export class Relay {
  readonly #transport: PlainTransport;

  private constructor(transport: PlainTransport) {
    this.#transport = transport;
  }

  /** `enginePort` is the leg's RTP port. Rejects when no port is left. */
  static async open(router: Router, enginePort: number, ports: { from: number; to: number }): Promise<Relay> {
    const transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: LOOPBACK, portRange: { min: ports.from, max: ports.to } },
      rtcpMux: true,
      comedia: false,
    });
    try {
      await transport.connect({ ip: LOOPBACK, port: enginePort });
    } catch (error) {
      transport.close();
      throw error;
    }
    return new Relay(transport);
  }

  /** Where the engine sends to. */
  get address(): TransportAddress {
    return { address: LOOPBACK, port: this.#transport.tuple.localPort };
  }

  /** What the engine sends becomes a producer of the room. */
  produce(kind: 'audio' | 'video', rtpParameters: RtpParameters): Promise<Producer> {
    // Requests of several browsers within this time (ms) become one.
    return this.#transport.produce({ kind, rtpParameters, keyFrameRequestDelay: 200 });
  }

  /** A producer of the room flows to the engine. */
  consume(producer: Producer, rtpCapabilities: RtpCapabilities): Promise<Consumer> {
    return this.#transport.consume({ producerId: producer.id, rtpCapabilities });
  }

  close(): void {
    this.#transport.close();
  }
}
