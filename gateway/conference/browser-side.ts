import { publishedPicture } from '#codecs/mediasoup/published.ts';
import type { SfuRoom } from '#mcu/sfu/room.ts';
import { canonicalName } from './canonical-name.ts';
import type { ForwardedPicture } from './forwarded-picture.ts';
import type { HeldPorts, LegPorts } from './leg-ports.ts';
import type { PublishedPicture } from './published-picture.ts';
import { BROWSER_LAYERS } from './rendition-choice.ts';
import { randomSsrc } from './ssrc.ts';

const LOOPBACK = '127.0.0.1';

/** What the browsers of a lesson share: a room in the media server, and the mixed picture published into it. */
export class BrowserSide {
  readonly room: SfuRoom;
  readonly #ports: HeldPorts;
  readonly #legPorts: LegPorts;
  readonly #forwarded = new Map<string, ForwardedPicture>();
  /** The mixed picture, as engine and media server know it. */
  readonly published: PublishedPicture;

  private constructor(room: SfuRoom, ports: HeldPorts, legPorts: LegPorts, published: PublishedPicture) {
    this.room = room;
    this.#ports = ports;
    this.#legPorts = legPorts;
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
      return new BrowserSide(room, ports, legPorts, {
        leg: `mix-${lessonId}`,
        address: LOOPBACK,
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

  /** Pictures of rooms that are sent on to browsers. */
  get forwarded(): readonly ForwardedPicture[] {
    return [...this.#forwarded.values()];
  }

  /** The picture of a room as a producer; opened at the first call. Rejects when no port is left. */
  async forward(party: string, codec: 'H264' | 'VP8'): Promise<ForwardedPicture> {
    const known = this.#forwarded.get(party);
    if (known !== undefined) {
      return known;
    }
    const ports = this.#legPorts.take(1);
    const [port] = ports?.numbers ?? [];
    if (ports === undefined || port === undefined) {
      throw new Error('no port is left to send a picture on');
    }
    const ssrc = randomSsrc();
    const { relay, producer } = await this.room.publishSource(port, codec, ssrc, canonicalName(party));
    const picture: ForwardedPicture = {
      leg: `own-${party}`,
      source: party,
      address: LOOPBACK,
      port,
      ssrc,
      media: publishedPicture(relay.address, codec),
      producer,
      close: () => {
        relay.close();
        ports.release();
      },
    };
    this.#forwarded.set(party, picture);
    return picture;
  }

  /** Ends what `forward` began; nothing to do where it did not. */
  stopForwarding(party: string): void {
    this.#forwarded.get(party)?.close();
    this.#forwarded.delete(party);
  }

  close(): void {
    for (const picture of this.#forwarded.values()) {
      picture.close();
    }
    this.#forwarded.clear();
    this.room.close();
    this.#ports.release();
  }
}
