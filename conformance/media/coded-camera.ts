import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { drawCodedPicture } from '../host/coded-picture.ts';

/** A camera whose pictures tell which one they are. */
export interface CodedCamera {
  /** Number in the marks, 0 to 255. */
  readonly host: number;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly frameRate: number;
}

/** Writes coded pictures as YUV4MPEG2 (4:2:0), which browsers take as a camera and play in a loop: frame n bears the number n. */
export async function writeCodedCamera(path: string, camera: CodedCamera): Promise<void> {
  const { host, width, height, frames, frameRate } = camera;
  const file = createWriteStream(path);
  file.write(`YUV4MPEG2 W${width} H${height} F${frameRate}:1 Ip A1:1 C420jpeg\n`);
  for (let frame = 0; frame < frames; frame++) {
    const data = [Buffer.alloc(width * height), Buffer.alloc((width * height) / 4), Buffer.alloc((width * height) / 4)];
    drawCodedPicture({ width, height, data, strides: [width, width / 2, width / 2] }, { host, frame });
    if (!file.write(Buffer.concat([Buffer.from('FRAME\n'), ...data]))) {
      await once(file, 'drain');
    }
  }
  file.end();
  await once(file, 'close');
}
