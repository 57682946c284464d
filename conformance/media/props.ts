import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCodedCamera } from './coded-camera.ts';
import { type Rgb, writeTestCard } from './test-card.ts';
import { writeTone } from './tone.ts';

/** What one party shows and says, as files, with a tone that no other party has. */
export interface PropFiles {
  /** Hz. */
  readonly frequency: number;
  /** YUV4MPEG2, a loop of two seconds (coded: four), 1280x720: for browsers. */
  readonly camera: string;
  /** mp4, a minute, 640x360: for rooms. */
  readonly video: string;
  /** WAV, a minute. */
  readonly sound: string;
}

/** One that shows a colour that no other party has. */
export interface Prop extends PropFiles {
  readonly colour: Rgb;
}

const SECONDS = 60;
const CAMERA = { width: 1280, height: 720, frameRate: 25 } as const;

/** A folder of cameras and microphones made of files. */
export class Props {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Props> {
    return new Props(await mkdtemp(join(tmpdir(), 'classbridge-props-')));
  }

  /** Makes the files of a party. */
  async make(name: string, colour: Rgb, frequency: number): Promise<Prop> {
    const files = this.#files(name, frequency);
    await writeTestCard(files.camera, { ...CAMERA, colour, frames: 50 });
    await this.#playable(files);
    return { ...files, colour };
  }

  /** Makes the files of a party whose pictures bear the number of a host and count their frames, as those of simulated hosts do. */
  async makeCoded(name: string, host: number, frequency: number): Promise<PropFiles> {
    const files = this.#files(name, frequency);
    await writeCodedCamera(files.camera, { ...CAMERA, host, frames: 100 });
    await this.#playable(files);
    return files;
  }

  #files(name: string, frequency: number): PropFiles {
    const at = (suffix: string) => join(this.#folder, `${name}${suffix}`);
    return { frequency, camera: at('.y4m'), video: at('.mp4'), sound: at('.wav') };
  }

  async #playable({ camera, video, sound, frequency }: PropFiles): Promise<void> {
    await writeTone(sound, frequency, SECONDS);
    const input = ['-stream_loop', String(SECONDS / 2), '-i', camera, '-vf', 'scale=640:360'];
    const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-t', String(SECONDS), video];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, ...output]);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
