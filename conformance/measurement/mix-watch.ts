import type { HostMedia } from '../host/host-media.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
import type { HeardSound } from '../host/sound-receiver.ts';
import { BitRate } from './bit-rate.ts';
import { FrameFlow } from './frame-flow.ts';
import { SoundTimeline } from './sound-timeline.ts';
import { SourceWatch, type WatchedSource } from './source-watch.ts';

/** ms over which bit rates are taken. */
const RATE_WINDOW = 2000;

/** Watches what a host is sent: every source in it, and the mix itself. From its making until `end`. */
export class MixWatch {
  readonly sources: readonly SourceWatch[];
  /** Pictures of the mix, whatever is in them. */
  readonly flow = new FrameFlow();
  readonly #media: HostMedia;
  readonly #timeline = new SoundTimeline();
  readonly #rate = new BitRate(RATE_WINDOW);
  #pictures = 0;
  #size = { width: 0, height: 0 };

  constructor(media: HostMedia, sources: readonly WatchedSource[]) {
    this.#media = media;
    this.sources = sources.map((source) => new SourceWatch(source));
    media.on('picture', this.#onPicture);
    media.on('sound', this.#onSound);
  }

  /** Size of the newest picture; zeros before the first. */
  get size(): { readonly width: number; readonly height: number } {
    return this.#size;
  }

  /** bit/s of RTP payload of the pictures that came in the last two seconds; undefined before time has passed. */
  get bitRate(): number | undefined {
    return this.#rate.value;
  }

  end(): void {
    this.#media.off('picture', this.#onPicture);
    this.#media.off('sound', this.#onSound);
  }

  readonly #onPicture = ({ at, ssrc, timestamp, width, height, marks }: SeenPicture): void => {
    this.#pictures += 1;
    this.#size = { width, height };
    this.flow.shown(this.#pictures, at);
    this.#rate.add(this.#media.received.video.bytes, at);
    const meant = this.#media.clocks.video.at(ssrc, timestamp);
    for (const mark of marks) {
      this.sources.find(({ host }) => host === mark.host)?.seen(mark, { at, meant });
    }
  };

  readonly #onSound = ({ at, ssrc, timestamp, samples }: HeardSound): void => {
    this.#timeline.add(samples.length, { at, meant: this.#media.clocks.audio.at(ssrc, timestamp) });
    for (const source of this.sources) {
      source.heard(samples, this.#timeline);
    }
  };
}
