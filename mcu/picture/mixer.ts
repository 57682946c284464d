import type { EncodedPicture } from '#codecs/ffmpeg/video-encoder.ts';
import type { DecodeGuard } from '../engine/decode-guard.ts';
import type { Desired, RenditionDesired, ViewDesired } from '../engine/protocol.ts';
import { type Tile, ViewCanvas } from './canvas.ts';
import { canvasSize } from './letterbox.ts';
import type { ShownPicture } from './picture-origin.ts';
import { Placeholders } from './placeholder.ts';
import { Rendition } from './rendition.ts';
import { type AccessUnit, PictureSource } from './source.ts';

/** Pictures per second of every mix. */
export const PICTURE_RATE = 25;

/** What the mixer tells its thread. */
export interface MixerOutput {
  /** A rendition's next picture, for the clock time `time` (ms); `shown`: the parties' pictures that are new in it. */
  encoded(rendition: string, picture: EncodedPicture, time: number, shown: readonly ShownPicture[]): void;
  /** A source can go on only with a key frame. */
  keyFrameNeeded(leg: string): void;
  /** Something failed that must not be silent. */
  fault(event: string, error: unknown): void;
}

interface SourceFacts {
  readonly source: PictureSource | undefined;
  readonly name: string;
  readonly cameraOff: boolean;
}

/** What is known of a leg's pictures: counts since it began, ms that they wait now, size of the newest. */
export interface PictureFigures {
  readonly decoded: number;
  readonly leftOut: number;
  readonly freezes: number;
  readonly hold: number;
  readonly width: number;
  readonly height: number;
}

const NO_PICTURES = { decoded: 0, leftOut: 0, freezes: 0, hold: 0, size: { width: 0, height: 0 } } as const;

/** Ticks that may wait for the one at work. */
const MOST_BEHIND = 4;
/** How long they may take to catch up with the beat, ms. */
const CATCH_UP = 300;

/** Mix times kept until somebody asks: forty seconds of ticks. */
const MAXIMUM_MIX_TIMES = 1000;

/** The picture half of the engine: sources in, renditions out, one clock. */
export class PictureMixer {
  readonly #output: MixerOutput;
  readonly #clock: () => number;
  readonly #guard: DecodeGuard | undefined;
  readonly #placeholders = new Placeholders();
  readonly #legs = new Map<string, SourceFacts>();
  readonly #canvases = new Map<string, ViewCanvas>();
  readonly #renditions = new Map<string, Rendition>();
  readonly #receivers = new Map<string, Set<number>>();
  #views = new Map<string, ViewDesired>();
  #mixTimes: number[] = [];
  #atWork = 0;
  #behindSince = 0;
  #turn: Promise<void> = Promise.resolve();
  #skipped = 0;
  #count = 0;

  /** `clock`: ms, that of all times given here; `guard` stands around every decode. */
  constructor(output: MixerOutput, clock: () => number, guard?: DecodeGuard) {
    this.#output = output;
    this.#clock = clock;
    this.#guard = guard;
  }

  /** Ticks left out since the last call because those before had not ended. */
  takeTicksSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  /**
   * Makes the desired state so; resolves when encoders and decoders no longer wanted are gone. The legs `quarantined` are not
   * decoded: placeholders stand for them.
   */
  apply(desired: Desired, quarantined: readonly string[] = []): Promise<void> {
    this.#applyLegs(desired, new Set(quarantined));
    this.#views = new Map(desired.views.map((view) => [view.id, view]));
    return this.#exclusively(() => this.#applyRenditions(desired));
  }

  /** A compressed picture of a leg; ignored where nobody looks at the leg. */
  push(leg: string, unit: AccessUnit, now: number): void {
    void this.#legs.get(leg)?.source?.push(unit, now);
  }

  /** The next picture of this rendition shall be a key frame. */
  wantKeyFrame(rendition: string): void {
    this.#renditions.get(rendition)?.wantKeyFrame();
  }

  /**
   * Composes and encodes the pictures for clock time `now` (ms), after those of ticks before and changes that are at work: a source
   * that is shown one picture a beat loses one where a beat is left out. Those that cannot catch up are, until none is at work: to go on
   * behind would only be late.
   */
  async tick(now: number): Promise<void> {
    if (this.#atWork === 0) {
      this.#behindSince = now;
    } else if (this.#atWork > MOST_BEHIND || now - this.#behindSince > CATCH_UP) {
      this.skip(1);
      return;
    }
    this.#atWork += 1;
    try {
      await this.#exclusively(async () => {
        const begun = this.#clock();
        await this.#mix(now);
        this.#count += 1;
        if (this.#renditions.size > 0 && this.#mixTimes.length < MAXIMUM_MIX_TIMES) {
          this.#mixTimes.push((this.#clock() - begun) / 1000);
        }
      });
    } finally {
      this.#atWork -= 1;
    }
  }

  /** So many ticks are left out. */
  skip(count: number): void {
    this.#skipped += count;
    this.#count += count;
  }

  /** Seconds that each tick took since the last call, from its turn to its last encoded rendition. */
  takeMixTimes(): number[] {
    const times = this.#mixTimes;
    this.#mixTimes = [];
    return times;
  }

  /** What is known of a leg's pictures. */
  figures(leg: string): PictureFigures {
    const source = this.#legs.get(leg)?.source;
    const { decoded, leftOut, freezes, hold, size } = source ?? NO_PICTURES;
    return { decoded, leftOut, freezes, hold, ...size };
  }

  /** Changes and ticks take turns: a canvas is never freed under an encoder at work. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #mix(now: number): Promise<void> {
    for (const { source } of this.#legs.values()) {
      source?.advance(now);
    }
    const due = [...this.#renditions.values()].filter((rendition) => this.#isDue(rendition.desired));
    const byCanvas = Map.groupBy(due, ({ desired }) => canvasKey(desired));
    await Promise.all(
      [...byCanvas].map(async ([key, renditions]) => {
        const [first] = renditions;
        const canvas = this.#canvases.get(key);
        if (first === undefined || canvas === undefined) {
          return;
        }
        const shown = await canvas.compose(this.#tiles(first.desired.view), now);
        await Promise.all(renditions.map((rendition) => this.#encode(rendition, canvas, now, shown)));
      }),
    );
  }

  async #encode(rendition: Rendition, canvas: ViewCanvas, now: number, shown: readonly ShownPicture[]): Promise<void> {
    try {
      const encoded = await rendition.encode(canvas.picture, now);
      if (encoded !== undefined) {
        this.#output.encoded(rendition.desired.id, encoded, now, shown);
      }
    } catch (error) {
      this.#output.fault('encode-failed', error);
    }
  }

  #isDue(desired: RenditionDesired): boolean {
    return this.#count % Math.max(1, Math.round(PICTURE_RATE / desired.frameRate)) === 0;
  }

  #tiles(viewId: string): Tile[] {
    return (this.#views.get(viewId)?.sources ?? []).map((leg) => {
      const facts = this.#legs.get(leg);
      return {
        leg,
        name: facts?.name ?? '',
        source: facts?.source,
        cameraOff: facts?.cameraOff ?? false,
      };
    });
  }

  #applyLegs(desired: Desired, quarantined: ReadonlySet<string>): void {
    const watched = new Set(desired.views.flatMap((view) => view.sources));
    const wanted = new Map(desired.legs.filter((leg) => watched.has(leg.id)).map((leg) => [leg.id, leg]));
    for (const [id, { source }] of this.#legs) {
      if (!wanted.has(id)) {
        this.#legs.delete(id);
        // A tick at work may hold the source's picture: its memory is counted, closing is safe.
        source?.close().catch((error: unknown) => this.#output.fault('decoder-close-failed', error));
      }
    }
    for (const [id, leg] of wanted) {
      const known = this.#legs.get(id);
      const receives = leg.video?.media !== undefined && leg.video.media.direction !== 'sendonly';
      const source = known?.source ?? (receives && !quarantined.has(id) ? this.#newSource(id) : undefined);
      if (source !== undefined) {
        source.cameraOff = leg.cameraOff;
      }
      this.#legs.set(id, { source, name: leg.name, cameraOff: leg.cameraOff });
    }
  }

  #newSource(leg: string): PictureSource {
    return new PictureSource(() => this.#output.keyFrameNeeded(leg), this.#clock, this.#guard?.open(leg));
  }

  async #applyRenditions(desired: Desired): Promise<void> {
    const wanted = new Map(desired.renditions.map((rendition) => [rendition.id, rendition]));
    for (const [id, rendition] of this.#renditions) {
      const next = wanted.get(id);
      if (next === undefined || !rendition.accepts(next)) {
        this.#renditions.delete(id);
        await rendition.close();
      } else {
        await rendition.update(next);
      }
    }
    for (const [id, next] of wanted) {
      if (!this.#renditions.has(id)) {
        this.#renditions.set(id, new Rendition(next));
      }
    }
    await this.#applyCanvases(desired.renditions);
    this.#greetReceivers(desired);
  }

  async #applyCanvases(renditions: readonly RenditionDesired[]): Promise<void> {
    const wanted = new Map(renditions.map((rendition) => [canvasKey(rendition), rendition]));
    for (const [key, canvas] of this.#canvases) {
      if (!wanted.has(key)) {
        this.#canvases.delete(key);
        await canvas.close();
      }
    }
    for (const [key, rendition] of wanted) {
      const { width, height } = canvasSize(rendition);
      if (!this.#canvases.has(key)) {
        this.#canvases.set(
          key,
          new ViewCanvas(width, height, this.#placeholders, (error) => this.#output.fault('draw-failed', error)),
        );
      }
    }
  }

  /** A new receiver of a rendition can begin only with a key frame. */
  #greetReceivers(desired: Desired): void {
    const receivers = new Map<string, Set<number>>();
    for (const { video } of desired.legs) {
      for (const output of video?.media === undefined ? [] : video.outputs) {
        if ('rendition' in output) {
          receivers.set(output.rendition, (receivers.get(output.rendition) ?? new Set()).add(output.ssrc));
        }
      }
    }
    for (const [rendition, ssrcs] of receivers) {
      const known = this.#receivers.get(rendition);
      if ([...ssrcs].some((ssrc) => known?.has(ssrc) !== true)) {
        this.wantKeyFrame(rendition);
      }
    }
    this.#receivers.clear();
    for (const [rendition, ssrcs] of receivers) {
      this.#receivers.set(rendition, ssrcs);
    }
  }
}

function canvasKey(rendition: RenditionDesired): string {
  const { width, height } = canvasSize(rendition);
  return `${rendition.view} ${width}x${height}`;
}
