import { Picture } from '#codecs/ffmpeg/picture.ts';
import { Scaler } from '#codecs/ffmpeg/scaler.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import type { PictureTimes } from './costs.ts';

const SIZE = { width: 1280, height: 720 } as const;
/** Pictures that warm up caches and the encoder's rate control, and those that count. */
const WARMING = 4;
const COUNTED = 16;
/** Into a quarter of the canvas, as in a lesson of four. */
const CELL = { x: 0, y: 0, width: 640, height: 360 } as const;
/** No work of this kind is done in less, ms: the system's clock of processor time is coarse. */
const LEAST = 0.1;

/**
 * Measures what this machine takes for a picture of 1280x720 as the engine makes them: processor time of all threads of this
 * process, so that other programs disturb little. Takes some tenths of a second. Rejects with CodecFault.
 */
export async function measurePictureTimes(): Promise<PictureTimes> {
  const encoder = await VideoEncoder.open({ codec: 'H264', ...SIZE, frameRate: 25, bitRate: 1_500_000 });
  const decoder = await VideoDecoder.open('H264');
  const scaler = new Scaler();
  const [picture, canvas] = [Picture.allocate(SIZE.width, SIZE.height), Picture.allocate(SIZE.width, SIZE.height)];
  try {
    const units: Buffer[] = [];
    const encode = await timed(
      async (number) => {
        const encoded = await encoder.encode(picture, number === 0);
        units.push(encoded?.data ?? Buffer.alloc(0));
      },
      (number) => draw(picture, number),
    );
    const decode = await timed(async (number) => {
      (await decoder.decode(units[number] ?? Buffer.alloc(0)))?.free();
    });
    const scale = await timed(() => scaler.scale(picture, canvas, CELL));
    return { decode, scale, encode };
  } finally {
    await Promise.all([encoder.close(), decoder.close(), scaler.close()]);
    picture.free();
    canvas.free();
  }
}

/** ms of processor time of each call, the middle of those that count. */
async function timed(
  work: (number: number) => Promise<void>,
  prepare: (number: number) => void = () => undefined,
): Promise<number> {
  let used = 0;
  for (let number = 0; number < WARMING + COUNTED; number++) {
    prepare(number);
    const before = process.cpuUsage();
    await work(number);
    const { user, system } = process.cpuUsage(before);
    used += number < WARMING ? 0 : (user + system) / 1000;
  }
  return Math.max(LEAST, used / COUNTED);
}

/** A made scene: a ground that stays, with texture, and a fifth of the picture that moves. */
function draw(picture: Picture, number: number): void {
  const { data, strides } = picture.planes();
  const [luma] = data;
  const [stride = SIZE.width] = strides;
  if (luma === undefined) {
    return;
  }
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const isMoving = x > 400 && x < 800 && y > 120 && y < 580;
      luma[y * stride + x] = 64 + ((isMoving ? (x + 5 * number) ^ y : (x * y) >> 7) & 0x7f);
    }
  }
  for (const chroma of data.slice(1)) {
    chroma.fill(128);
  }
}
