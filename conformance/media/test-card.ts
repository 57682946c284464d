import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** A colour as red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What a test picture shows: one colour, and a white bar that walks through it so that a frozen picture is seen. */
export interface TestCard {
  readonly width: number;
  readonly height: number;
  readonly colour: Rgb;
  readonly frames: number;
  readonly frameRate: number;
}

/** Writes a test picture as YUV4MPEG2 (4:2:0), which browsers and FFmpeg take as a camera. The bar keeps to the lowest eighth. */
export async function writeTestCard(path: string, card: TestCard): Promise<void> {
  const { width, height, frames, frameRate } = card;
  const [y, u, v] = toYuv(card.colour);
  const file = createWriteStream(path);
  file.write(`YUV4MPEG2 W${width} H${height} F${frameRate}:1 Ip A1:1 C420jpeg\n`);
  const luma = Buffer.alloc(width * height, y);
  const chroma = Buffer.concat([Buffer.alloc((width * height) / 4, u), Buffer.alloc((width * height) / 4, v)]);
  const top = height - Math.floor(height / 8);
  const barWidth = Math.floor(width / 8);
  for (let frame = 0; frame < frames; frame++) {
    const picture = Buffer.from(luma);
    const left = Math.floor((frame / frames) * (width - barWidth));
    for (let row = top; row < height; row++) {
      picture.fill(235, row * width + left, row * width + left + barWidth);
    }
    if (!file.write(Buffer.concat([Buffer.from('FRAME\n'), picture, chroma]))) {
      await once(file, 'drain');
    }
  }
  file.end();
  await once(file, 'close');
}

/** BT.601 limited range: what cameras of room systems and of browsers give. */
function toYuv([red, green, blue]: Rgb): [number, number, number] {
  return [
    Math.round(16 + 0.257 * red + 0.504 * green + 0.098 * blue),
    Math.round(128 - 0.148 * red - 0.291 * green + 0.439 * blue),
    Math.round(128 + 0.439 * red - 0.368 * green - 0.071 * blue),
  ];
}
