import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Rgb, writeTestCard } from './test-card.ts';
import { writeTone } from './tone.ts';

/** What one party shows and says: a colour and a tone that no other party has. */
export interface Prop {
  readonly colour: Rgb;
  /** Hz. */
  readonly frequency: number;
  /** YUV4MPEG2, a loop of two seconds, 1280x720: for browsers. */
  readonly camera: string;
  /** mp4, a minute, 640x360: for rooms. */
  readonly video: string;
  /** WAV, a minute. */
  readonly sound: string;
}

const SECONDS = 60;

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
    const at = (suffix: string) => join(this.#folder, `${name}${suffix}`);
    const prop = { colour, frequency, camera: at('.y4m'), video: at('.mp4'), sound: at('.wav') };
    await writeTestCard(prop.camera, { width: 1280, height: 720, colour, frames: 50, frameRate: 25 });
    await writeTone(prop.sound, frequency, SECONDS);
    const input = ['-stream_loop', String(SECONDS / 2), '-i', prop.camera, '-vf', 'scale=640:360'];
    const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-t', String(SECONDS), prop.video];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, ...output]);
    return prop;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
