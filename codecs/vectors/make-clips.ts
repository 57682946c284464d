/**
 * Makes the clips of this folder: `node codecs/vectors/make-clips.ts`. Two seconds of a moving pattern, 320x180 (a height that
 * needs cropping) at 25 frames/s, a key frame every second:
 * h264.ivf (one slice a picture), h264-slices.ivf (slices of at most 600 octets, for packetization-mode 0), vp8.ivf; and for those that
 * know a few sizes only, 176x144: h261.ivf, h263.ivf (with headers of groups of blocks in places), h263plus.ivf (with annexes D, I, J, K and T).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av';
import {
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_H261,
  FF_ENCODER_H263,
  FF_ENCODER_H263P,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBX264,
  type FFVideoEncoder,
} from 'node-av/constants';
import { writeIvf } from './ivf.ts';

const SIZE = { width: 320, height: 180 };
const QCIF = { width: 176, height: 144 };
const FRAME_RATE = 25;
const FRAMES = 50;

type Size = typeof SIZE;

function draw(frame: Frame, { width, height }: Size, index: number): void {
  const planes = frame.data ?? [];
  const strides = frame.linesize;
  for (const [plane, data] of planes.entries()) {
    const stride = strides[plane] ?? 0;
    const shift = plane === 0 ? 0 : 1;
    for (let y = 0; y < height >> shift; y++) {
      for (let x = 0; x < width >> shift; x++) {
        const wave = 60 * Math.sin((x + index * 3) / 9) + 40 * Math.cos((y - index * 2) / 7);
        data[y * stride + x] = 128 + wave + ((x * 7 + y * 13 + index * 5) % 17);
      }
    }
  }
}

async function encode(codecName: FFVideoEncoder, options: Record<string, string>, size = SIZE): Promise<Buffer[]> {
  const codec = Codec.findEncoderByName(codecName);
  if (!codec) throw new Error(`no encoder ${codecName}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, FRAME_RATE);
  context.framerate = new Rational(FRAME_RATE, 1);
  context.bitRate = 200_000n;
  context.gopSize = FRAME_RATE;
  context.maxBFrames = 0;
  context.threadCount = 1;
  const opened = await context.open2(codec, Dictionary.fromObject(options));
  if (opened < 0) throw new Error(`${codecName} does not open: ${opened}`);
  const frame = new Frame();
  frame.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = AV_PIX_FMT_YUV420P;
  frame.getBuffer(0);
  const packet = new Packet();
  packet.alloc();
  const encoded: Buffer[] = [];
  for (let index = 0; index < FRAMES; index++) {
    frame.makeWritable();
    draw(frame, size, index);
    frame.pts = BigInt(index);
    await context.sendFrame(frame);
    while (context.receivePacketSync(packet) >= 0) {
      encoded.push(Buffer.from(packet.data ?? []));
      packet.unref();
    }
  }
  context.freeContext();
  return encoded;
}

const x264 = { preset: 'superfast', tune: 'zerolatency', profile: 'baseline', 'forced-idr': '1' };
const annexes = { umv: '1', structured_slices: '1', ps: '300', flags: '+aic+loop' };
const clips: [file: string, fourcc: string, frames: Buffer[], size?: Size][] = [
  ['h264.ivf', 'H264', await encode(FF_ENCODER_LIBX264, x264)],
  ['h264-slices.ivf', 'H264', await encode(FF_ENCODER_LIBX264, { ...x264, 'x264-params': 'slice-max-size=600' })],
  ['vp8.ivf', 'VP80', await encode(FF_ENCODER_LIBVPX_VP8, { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0' })],
  ['h261.ivf', 'H261', await encode(FF_ENCODER_H261, {}, QCIF), QCIF],
  ['h263.ivf', 'H263', await encode(FF_ENCODER_H263, { ps: '200' }, QCIF), QCIF],
  ['h263plus.ivf', 'H263', await encode(FF_ENCODER_H263P, annexes, QCIF), QCIF],
];
for (const [file, fourcc, frames, { width, height } = SIZE] of clips) {
  const data = writeIvf(fourcc, width, height, FRAME_RATE, frames);
  writeFileSync(join(import.meta.dirname, file), data);
  console.log(`${file}: ${frames.length} frames, ${data.length} octets`);
}
