import { z } from 'zod';
import { readMarks } from '../host/mark-reader.ts';
import type { LessonPage } from './chromium.ts';

/** What a video of a page showed at a moment. */
export interface PageSight {
  /** ms of this process's `performance.now()`. */
  readonly at: number;
  /** Test id of the video. */
  readonly video: string;
  /** The coded pictures in it. */
  readonly marks: readonly { readonly host: number; readonly frame: number }[];
  /** It showed nothing at all. */
  readonly blank: boolean;
}

/** How loud a tone was in the mix at a moment. */
export interface PageSound {
  readonly at: number;
  /** Amplitude of each tone that was asked for, in their order, dB below full scale. */
  readonly levels: readonly number[];
}

/** Size that pictures are scaled down to, and every how many rows are looked at. */
const WIDTH = 480;
const HEIGHT = 270;
const ROW_STEP = 4;
/** ms between two looks. */
const INTERVAL = 50;

const recorded = z.object({
  sights: z.array(z.object({ at: z.number(), video: z.string(), luma: z.string() })),
  sounds: z.array(z.object({ at: z.number(), levels: z.array(z.number()) })),
});

/** Writes down, 20 times a second, what a page shows and plays: from `start` to `stop`. */
export class PageRecorder {
  readonly sights: PageSight[] = [];
  readonly sounds: PageSound[] = [];
  readonly #page: LessonPage;
  #timer: NodeJS.Timeout | undefined;
  #collecting: Promise<void> = Promise.resolve();

  private constructor(page: LessonPage) {
    this.#page = page;
  }

  /** Begins to record the videos and the tones (Hz) of the mix. */
  static async start(page: LessonPage, frequencies: readonly number[]): Promise<PageRecorder> {
    const recorder = new PageRecorder(page);
    await page.page.evaluate(record, {
      frequencies,
      width: WIDTH,
      height: HEIGHT,
      rowStep: ROW_STEP,
      interval: INTERVAL,
    });
    recorder.#timer = setInterval(() => {
      recorder.#collecting = recorder.#collecting.then(() => recorder.#collect()).catch(() => undefined);
    }, 250);
    return recorder;
  }

  /** Ends the record; resolves when all of it is here. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#collecting;
    await this.#collect();
    await this.#page.page.evaluate(() => window.recording?.stop());
  }

  async #collect(): Promise<void> {
    const answer: unknown = await this.#page.page.evaluate(() => window.recording?.take());
    const { sights, sounds } = recorded.parse(answer);
    for (const { at, video, luma } of sights) {
      const rows = Buffer.from(luma, 'base64');
      const marks = rows.length === 0 ? [] : readMarks(wholePlane(rows));
      this.sights.push({ at: here(at), video, marks, blank: rows.every((sample) => sample < 8) });
    }
    this.sounds.push(...sounds.map(({ at, levels }) => ({ at: here(at), levels })));
  }
}

/** Both clocks are this machine's. */
function here(unixMs: number): number {
  return unixMs - performance.timeOrigin;
}

/** The rows that were looked at, in their places. */
function wholePlane(rows: Buffer): Parameters<typeof readMarks>[0] {
  const data = new Uint8Array(WIDTH * HEIGHT);
  for (let row = ROW_STEP / 2, from = 0; row < HEIGHT; row += ROW_STEP, from += WIDTH) {
    data.set(rows.subarray(from, from + WIDTH), row * WIDTH);
  }
  return { data, stride: WIDTH, width: WIDTH, height: HEIGHT };
}

interface Recording {
  take(): {
    readonly sights: readonly { readonly at: number; readonly video: string; readonly luma: string }[];
    readonly sounds: readonly { readonly at: number; readonly levels: readonly number[] }[];
  };
  stop(): void;
}

declare global {
  interface Window {
    recording?: Recording;
  }
}

/** Runs in the page. */
function record(options: {
  readonly frequencies: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly rowStep: number;
  readonly interval: number;
}): void {
  const { frequencies, width, height, rowStep, interval } = options;
  let sights: { at: number; video: string; luma: string }[] = [];
  let sounds: { at: number; levels: number[] }[] = [];
  const now = () => performance.timeOrigin + performance.now();

  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const rows = Math.ceil((height - rowStep / 2) / rowStep);
  /** Green of every so many rows: of coded pictures it is as good as luma. */
  const look = (video: HTMLVideoElement): string => {
    if (context === null || video.videoWidth === 0 || video.readyState < 2) {
      return '';
    }
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    let text = '';
    for (let index = 0; index < rows; index++) {
      const from = 4 * width * (rowStep / 2 + index * rowStep);
      const line = new Uint8Array(width);
      for (let x = 0; x < width; x++) {
        line[x] = data[from + 4 * x + 1] ?? 0;
      }
      text += String.fromCharCode(...line);
    }
    return btoa(text);
  };

  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 2048;
  analyser.smoothingTimeConstant = 0;
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  let heard: MediaStreamTrack | undefined;
  let source: MediaStreamAudioSourceNode | undefined;
  /** The track changes when the media server does. */
  const follow = (track: MediaStreamTrack | undefined) => {
    if (track === heard) {
      return;
    }
    source?.disconnect();
    heard = track;
    source = track === undefined ? undefined : audio.createMediaStreamSource(new MediaStream([track]));
    source?.connect(analyser);
  };

  const timer = setInterval(() => {
    const mix = document.querySelector<HTMLVideoElement>('[data-testid="mix-video"]');
    const stream = mix?.srcObject instanceof MediaStream ? mix.srcObject : undefined;
    const tiles = document.querySelectorAll<HTMLVideoElement>('video[data-testid^="video-"]');
    const isMix = mix?.classList.contains('mix') === true;
    for (const video of isMix && mix !== null ? [mix] : tiles) {
      sights.push({ at: now(), video: video.dataset.testid ?? '', luma: look(video) });
    }
    follow(stream?.getAudioTracks()[0]);
    analyser.getFloatFrequencyData(spectrum);
    const bin = audio.sampleRate / analyser.fftSize;
    const level = (frequency: number) => Math.max(-200, spectrum[Math.round(frequency / bin)] ?? -200);
    sounds.push({ at: now(), levels: frequencies.map(level) });
  }, interval);

  window.recording = {
    take: () => {
      const taken = { sights, sounds };
      [sights, sounds] = [[], []];
      return taken;
    },
    stop: () => {
      clearInterval(timer);
      void audio.close();
    },
  };
}
