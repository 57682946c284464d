import { publishedPicture } from '#codecs/mediasoup/published.ts';
import type { SfuRoom } from '#mcu/sfu/room.ts';
import { canonicalName } from './canonical-name.ts';
import type { ForwardedPicture } from './forwarded-picture.ts';
import type { HeldPorts, LegPorts } from './leg-ports.ts';
import type { PublishedPicture } from './published-picture.ts';
import { BROWSER_LAYERS } from './rendition-choice.ts';
import { randomSsrc } from './ssrc.ts';

const LOOPBACK = '127.0.0.1';

interface Forwarding {
  readonly opening: Promise<ForwardedPicture>;
  /** There once it is open. */
  picture: ForwardedPicture | undefined;
}

/** What the browsers of a lesson share: a room in the media server, and the mixed picture published into it. */
export class BrowserSide {
  readonly room: SfuRoom;
  readonly #ports: HeldPorts;
  readonly #legPorts: LegPorts;
  readonly #forwarded = new Map<string, Forwarding>();
  /** The mixed picture, as engine and media server know it. */
  readonly published: PublishedPicture;

  private constructor(room: SfuRoom, ports: HeldPorts, legPorts: LegPorts, published: PublishedPicture) {
    this.room = room;
    this.#ports = ports;
    this.#legPorts = legPorts;
    this.published = published;
  }

  /** Publishes the picture of a lesson into its room. Rejects, with the room closed, when no port is left or the media server refuses. */
  static async open(lessonId: string, room: SfuRoom, legPorts: LegPorts): Promise<BrowserSide> {
    const ports = legPorts.take(1);
    if (ports === undefined) {
      room.close();
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
      room.close();
      ports.release();
      throw error;
    }
  }

  /** Pictures of rooms that are sent on to browsers. */
  get forwarded(): readonly ForwardedPicture[] {
    return [...this.#forwarded.values()].flatMap(({ picture }) => picture ?? []);
  }

  /**
   * The picture of a room as a producer; opened at the first call. Its producer is closed where forwarding was stopped
   * meanwhile. Rejects when no port is left or the media server refuses.
   */
  forward(party: string, codec: 'H264' | 'VP8'): Promise<ForwardedPicture> {
    return (this.#forwarded.get(party) ?? this.#begin(party, codec)).opening;
  }

  /** Ends what `forward` began; nothing to do where it did not. */
  stopForwarding(party: string): void {
    this.#forwarded.get(party)?.picture?.close();
    this.#forwarded.delete(party);
  }

  close(): void {
    for (const party of [...this.#forwarded.keys()]) {
      this.stopForwarding(party);
    }
    this.room.close();
    this.#ports.release();
  }

  #begin(party: string, codec: 'H264' | 'VP8'): Forwarding {
    const begun: Forwarding = { opening: this.#open(party, codec), picture: undefined };
    this.#forwarded.set(party, begun);
    const isWanted = () => this.#forwarded.get(party) === begun;
    begun.opening.then(
      (picture) => {
        if (isWanted()) {
          begun.picture = picture;
        } else {
          picture.close();
        }
      },
      () => {
        // Whoever asked for it hears why; the next one tries anew.
        if (isWanted()) {
          this.#forwarded.delete(party);
        }
      },
    );
    return begun;
  }

  async #open(party: string, codec: 'H264' | 'VP8'): Promise<ForwardedPicture> {
    const ports = this.#legPorts.take(1);
    const [port] = ports?.numbers ?? [];
    if (ports === undefined || port === undefined) {
      throw new Error('no port is left to send a picture on');
    }
    const ssrc = randomSsrc();
    try {
      const { relay, producer } = await this.room.publishSource(port, codec, ssrc, canonicalName(party));
      return {
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
    } catch (error) {
      ports.release();
      throw error;
    }
  }
}
