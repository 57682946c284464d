import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_PROGRAM, QUIET_CHROMIUM } from '#deploy/chromium.ts';
import type { Still } from '../media/still.ts';
import type { Sound } from '../media/tone.ts';
import { until } from '../media/until.ts';

/** What a browser is given in place of a camera and a microphone. */
export interface ChromiumDevices {
  /** YUV4MPEG2 file; it loops. */
  readonly picture: string;
  /** WAV file; it loops. */
  readonly sound: string;
}

/** Headless Chromium with files as camera and microphone: a stranger's WebRTC. */
export class Chromium {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(devices: ChromiumDevices): Promise<Chromium> {
    const browser = await chromium.launch({
      executablePath: CHROMIUM_PROGRAM,
      args: [
        ...QUIET_CHROMIUM,
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${devices.picture}`,
        `--use-file-for-fake-audio-capture=${devices.sound}`,
        '--autoplay-policy=no-user-gesture-required',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
      ],
    });
    return new Chromium(browser);
  }

  /** Opens a class's page and presses the one button; resolves when the page says that it is in the lesson. */
  async join(url: string, name: string, language: 'en' | 'zh' = 'en'): Promise<LessonPage> {
    const context = await this.#browser.newContext({
      ignoreHTTPSErrors: true,
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      permissions: ['camera', 'microphone'],
      viewport: { width: 1280, height: 800 },
    });
    const page = await context.newPage();
    const lesson = new LessonPage(page);
    await page.goto(`${url}?debug=1`);
    await page.getByTestId('name').fill(name);
    await page.getByTestId('join').click();
    await page.locator('[data-testid="status"][data-state="in-lesson"]').waitFor({ timeout: 15_000 });
    return lesson;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

/** A page that is in a lesson. */
export class LessonPage {
  readonly page: Page;
  readonly #console: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => this.#console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.#console.push(`error: ${error.message}`));
  }

  /** What the page wrote to its console. */
  get console(): readonly string[] {
    return this.#console;
  }

  /** The picture that a video element shows now, as the browser decoded it. Rejects when it shows none within 10 s. */
  async picture(testId = 'mix-video'): Promise<Still> {
    const taken = await until(`a picture in ${testId}`, 10_000, async () => {
      const answer = await this.page.evaluate((id) => {
        const video = document.querySelector<HTMLVideoElement>(`[data-testid="${id}"]`);
        if (video === null || video.videoWidth === 0 || video.readyState < 2) {
          return null;
        }
        const canvas = document.createElement('canvas');
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const context = canvas.getContext('2d');
        context?.drawImage(video, 0, 0);
        const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray(0);
        let text = '';
        for (let at = 0; at < data.length; at += 0x8000) {
          text += String.fromCharCode(...data.subarray(at, at + 0x8000));
        }
        return { width: canvas.width, height: canvas.height, data: btoa(text) };
      }, testId);
      return answer ?? undefined;
    });
    return { width: taken.width, height: taken.height, data: Buffer.from(taken.data, 'base64') };
  }

  /** Test ids of the videos of single sources. */
  videosOfSources(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('video[data-testid^="video-"]')].map(
        (video) => video.getAttribute('data-testid') ?? '',
      ),
    );
  }

  /** What the mix's sound track brings, as samples, for so many seconds. */
  async hear(seconds: number): Promise<Sound> {
    const heard = await this.page.evaluate(async (duration) => {
      const video = document.querySelector<HTMLVideoElement>('[data-testid="mix-video"]');
      const stream = video?.srcObject;
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) {
        throw new Error('the mix has no sound track');
      }
      const context = new AudioContext({ sampleRate: 48_000 });
      const source = context.createMediaStreamSource(new MediaStream(stream.getAudioTracks()));
      const processor = context.createScriptProcessor(4096, 1, 1);
      const samples: number[] = [];
      processor.onaudioprocess = (event) => samples.push(...event.inputBuffer.getChannelData(0));
      source.connect(processor);
      processor.connect(context.destination);
      await new Promise((resolve) => setTimeout(resolve, duration * 1000));
      await context.close();
      return samples.map((sample) => Math.round(sample * 32_767));
    }, seconds);
    return { samples: Float32Array.from(heard, (sample) => sample / 32_767), sampleRate: 48_000 };
  }

  /** Presses a button of the page. */
  async press(testId: string): Promise<void> {
    await this.page.getByTestId(testId).click();
  }

  screenshot(path: string): Promise<Buffer> {
    return this.page.screenshot({ path });
  }
}
