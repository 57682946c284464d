import { publishedPicture } from '#codecs/mediasoup/published.ts';
import type { SfuRoom } from '#mcu/sfu/room.ts';
import { canonicalName } from './desired-state.ts';
import type { HeldPorts, LegPorts } from './leg-ports.ts';
import type { PublishedPicture } from './published-picture.ts';
import { BROWSER_LAYERS } from './rendition-choice.ts';
import { randomSsrc } from './ssrc.ts';

/** What the browsers of a lesson share: a room in the media server, and the mixed picture published into it. */
export class BrowserSide {
  readonly room: SfuRoom;
  readonly #ports: HeldPorts;
  /** The mixed picture, as engine and media server know it. */
  readonly published: PublishedPicture;

  private constructor(room: SfuRoom, ports: HeldPorts, published: PublishedPicture) {
    this.room = room;
    this.#ports = ports;
    this.published = published;
  }

  /** Publishes the picture of a lesson into its room. Rejects when no port is left or the media server refuses. */
  static async open(lessonId: string, room: SfuRoom, legPorts: LegPorts): Promise<BrowserSide> {
    const ports = legPorts.take(1);
    if (ports === undefined) {
      throw new Error('no port is left for the mix');
    }
    const [port = 0] = ports.numbers;
    const ssrcs = BROWSER_LAYERS.map(() => randomSsrc());
    try {
      const { relay, producer } = await room.publishPicture(port, ssrcs, canonicalName(lessonId));
      return new BrowserSide(room, ports, {
        leg: `mix-${lessonId}`,
        address: '127.0.0.1',
        port,
        ssrcs,
        media: publishedPicture(relay.address),
        producer,
      });
    } catch (error) {
      ports.release();
      throw error;
    }
  }

  close(): void {
    this.room.close();
    this.#ports.release();
  }
}
