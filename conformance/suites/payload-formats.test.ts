import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Picture } from '#codecs/ffmpeg/picture.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { H261Packetiser } from '#codecs/rtp/payload/h261-packetiser.ts';
import { findH263Macroblocks, type H263Macroblock } from '#codecs/rtp/payload/h263-macroblocks.ts';
import { H263Packetiser } from '#codecs/rtp/payload/h263-packetiser.ts';
import { H263_START_CODE_ZEROS } from '#codecs/rtp/payload/h263-picture-header.ts';
import { H263PlusPacketiser } from '#codecs/rtp/payload/h263plus-packetiser.ts';
import { newDepacketiser, type VideoPayloadFormat } from '#codecs/rtp/payload/new-depacketiser.ts';
import { startCodePositions } from '#codecs/rtp/payload/start-codes.ts';
import type { EncodedFrame, VideoPacketiser } from '#codecs/rtp/payload/video-payload.ts';
import { drawCodedPicture } from '../host/coded-picture.ts';
import { readMarks } from '../host/mark-reader.ts';
import { writeCodedCamera } from '../media/coded-camera.ts';
import { FfmpegReceiver, packetsOfFfmpeg } from '../peers/ffmpeg-rtp.ts';

// H.261, H.263 and H.263+ in RTP against FFmpeg: what it packetises is put together here, what is packetised here it puts together,
// also where packets are lost. Pictures say which they are.

const WIDTH = 352;
const HEIGHT = 288;
const HOST = 77;
const FRAMES = 75;
/** Pictures from key frame to key frame. */
const DISTANCE = 15;

let folder: string;
let film: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classbridge-payload-'));
  film = join(folder, 'film.y4m');
  await writeCodedCamera(film, { host: HOST, width: WIDTH, height: HEIGHT, frames: FRAMES, frameRate: 25 });
});
after(() => rm(folder, { recursive: true, force: true }));

/** With few headers of groups, and told where macroblocks are. */
const MODE_B = ['-ps', '2000', '-mb_info', '900', '-rtpflags', 'rfc2190'];

/** How FFmpeg is asked to send. */
const SENT: readonly [name: string, format: VideoPayloadFormat, options: readonly string[], distance?: number][] = [
  ['H.261', 'H261', ['-c:v', 'h261', '-strict', 'experimental']],
  ['H.263 in mode A', 'H263', ['-c:v', 'h263', '-ps', '1', '-rtpflags', 'rfc2190']],
  // FFmpeg 5 spoils its headers of mode B where a vector is negative: key frames have none.
  ['H.263 in modes A and B', 'H263', ['-c:v', 'h263', ...MODE_B], 1],
  ['H.263 in packets of H.263+', 'H263-1998', ['-c:v', 'h263', '-ps', '500']],
  ['H.263+ with annexes D, J and T', 'H263-1998', ['-c:v', 'h263p', '-ps', '500', '-umv', '1', '-flags', '+loop']],
  [
    'H.263+ with slices and annexes I, K and T',
    'H263-2000',
    ['-c:v', 'h263p', '-ps', '500', '-structured_slices', '1', '-flags', '+aic'],
  ],
];

/** Which pictures of the film are seen in pictures that were put together, as long as nothing is missing. */
async function seen(format: VideoPayloadFormat, frames: readonly EncodedFrame[]): Promise<(number | undefined)[]> {
  const decoder = await VideoDecoder.open(format);
  const numbers: (number | undefined)[] = [];
  let isWhole = false;
  for (const { data, isKeyFrame, isCorrupt } of frames) {
    isWhole = !isCorrupt && (isWhole || isKeyFrame);
    const picture = isWhole ? await decoder.decode(data) : undefined;
    if (picture === undefined) {
      continue;
    }
    assert.deepEqual([picture.width, picture.height], [WIDTH, HEIGHT]);
    const { data: planes, strides } = picture.planes();
    numbers.push(markIn(planes[0] ?? Buffer.alloc(0), strides[0] ?? WIDTH));
    picture.free();
  }
  await decoder.close();
  return numbers;
}

/** The number of a picture; undefined where it cannot be read. */
function markIn(data: Uint8Array, stride: number): number | undefined {
  const [mark] = readMarks({ data, stride, width: WIDTH, height: HEIGHT });
  return mark?.host === HOST ? mark.frame : undefined;
}

/** What is put together of packets; gaps in their numbers are told. */
function assembled(format: VideoPayloadFormat, packets: readonly RtpPacket[]): EncodedFrame[] {
  const depacketiser = newDepacketiser(format);
  return packets.flatMap((packet, index) => {
    const before = packets[index - 1]?.sequenceNumber ?? packet.sequenceNumber - 1;
    return depacketiser.push(packet, (packet.sequenceNumber - before - 1) & 0xffff);
  });
}

const ALL = Array.from({ length: FRAMES }, (_, index) => index);

for (const [name, format, options, distance = DISTANCE] of SENT) {
  describe(`FFmpeg sends ${name}`, () => {
    let packets: RtpPacket[];
    before(async () => {
      packets = await packetsOfFfmpeg(film, [...options, '-q:v', '7', '-g', String(distance), '-pix_fmt', 'yuv420p']);
    });

    test('every picture is put together and decoded', async () => {
      const frames = assembled(format, packets);
      assert.equal(frames.length, FRAMES);
      assert.ok(frames.every(({ isCorrupt }) => !isCorrupt));
      assert.deepEqual(
        frames.flatMap(({ isKeyFrame }, index) => (isKeyFrame ? [index] : [])),
        ALL.filter((index) => index % distance === 0),
      );
      assert.deepEqual(await seen(format, frames), ALL);
    });

    test('what is lost is told, and only whole pictures are shown', async () => {
      for (const every of [13, 29, 71]) {
        const kept = packets.filter((_, index) => index % every !== every - 1);
        const frames = assembled(format, kept);
        assert.ok(frames.some(({ isCorrupt }) => isCorrupt));
        const numbers = await seen(format, frames);
        // Pictures that need a lost one are left out; what is shown is what was filmed, in its order.
        assert.deepEqual(
          numbers,
          ALL.filter((number) => numbers.includes(number)),
        );
        const beginnings = new Map(
          frames.map(({ timestamp, isKeyFrame, isCorrupt }) => [timestamp, isKeyFrame && !isCorrupt]),
        );
        const wholeKeyFrames = [...beginnings.values()].filter((isWhole) => isWhole).length;
        assert.ok(numbers.filter((number) => (number ?? 1) % distance === 0).length === wholeKeyFrames);
      }
    });
  });
}

function macroblockAt(macroblocks: readonly H263Macroblock[], position: number): H263Macroblock | undefined {
  return macroblocks.find((macroblock) => macroblock.position === position);
}

/** What a header of mode B tells (RFC 2190 §5.2): QUANT, GOBN, MBA, HMV1, VMV1. */
function fieldsOf({ quantiser, group, address, predictor: [horizontal, vertical] }: H263Macroblock): number[] {
  return [quantiser, group, address, horizontal & 0x7f, vertical & 0x7f];
}

test('what FFmpeg says of macroblocks in mode B is what is found in its pictures', async () => {
  const packets = await packetsOfFfmpeg(film, ['-c:v', 'h263', ...MODE_B, '-q:v', '7', '-g', String(DISTANCE)]);
  let compared = 0;
  for (const ofPicture of Map.groupBy(packets, ({ timestamp }) => timestamp).values()) {
    // Mode C, which FFmpeg does not know: a header of mode B that is spoilt as said above.
    if (ofPicture.some(({ payload: [first = 0] }) => first >= 0xc0)) {
      continue;
    }
    const [frame] = assembled('H263', ofPicture);
    assert.ok(frame);
    const macroblocks = findH263Macroblocks(frame.data, startCodePositions(frame.data, H263_START_CODE_ZEROS));
    assert.ok(macroblocks, 'the whole picture is understood');
    let position = 0;
    for (const { payload } of ofPicture) {
      const header = Buffer.from(payload);
      const isModeB = header.readUInt8(0) >= 0x80;
      const [sbit, ebit] = [(header.readUInt8(0) >> 3) & 7, header.readUInt8(0) & 7];
      if (isModeB) {
        const found = macroblockAt(macroblocks, position);
        assert.ok(found, `a macroblock begins at bit ${position}`);
        const place = header.readUInt16BE(2);
        const vectors = header.readUInt32BE(4);
        const told = [
          header.readUInt8(1) & 0x1f,
          place >> 11,
          (place >> 2) & 0x1ff,
          (vectors >> 21) & 0x7f,
          (vectors >> 14) & 0x7f,
        ];
        assert.deepEqual(told, fieldsOf(found));
        compared += 1;
      }
      position += (payload.length - (isModeB ? 8 : 4)) * 8 - sbit - ebit;
    }
  }
  assert.ok(compared > 50, `${compared} compared`);
});

const RECEIVED: readonly [name: string, format: string, codec: 'H261' | 'H263', make: () => VideoPacketiser][] = [
  ['H.261', '31 H261/90000', 'H261', () => new H261Packetiser({ maximumPayload: 1200 })],
  ['H.261 in small packets', '31 H261/90000', 'H261', () => new H261Packetiser({ maximumPayload: 150 })],
  ['H.263', '34 H263/90000', 'H263', () => new H263Packetiser({ maximumPayload: 1200 })],
  ['H.263 in small packets', '34 H263/90000', 'H263', () => new H263Packetiser({ maximumPayload: 200 })],
  ['H.263 in packets of H.263+', '96 H263-1998/90000', 'H263', () => new H263PlusPacketiser({ maximumPayload: 1200 })],
];

/** Pictures of a loop that is sent to FFmpeg; the first is its only key frame. */
const LOOP = 25;
/** From this picture of a loop on packets are lost. */
const FIRST_LOSS = 10;

async function encodeLoop(codec: 'H261' | 'H263'): Promise<Buffer[]> {
  const encoder = await VideoEncoder.open({ codec, width: WIDTH, height: HEIGHT, frameRate: 25, bitRate: 3_000_000 });
  const picture = Picture.allocate(WIDTH, HEIGHT);
  const pictures: Buffer[] = [];
  for (let frame = 0; frame < LOOP; frame++) {
    drawCodedPicture({ width: WIDTH, height: HEIGHT, ...picture.planes() }, { host: HOST, frame });
    const encoded = await encoder.encode(picture, frame === 0);
    assert.ok(encoded);
    pictures.push(encoded.data);
  }
  await encoder.close();
  picture.free();
  return pictures;
}

/** Sends loops to FFmpeg, three times as fast as they would be shown. */
class LoopSender {
  readonly #receiver: FfmpegReceiver;
  readonly #packets: readonly (readonly { payload: Uint8Array; marker: boolean }[])[];
  readonly #payloadType: number;
  #sequenceNumber = 65_000;
  #timestamp = 0xffff_0000;

  constructor(receiver: FfmpegReceiver, payloadType: number, pictures: readonly Buffer[], packetiser: VideoPacketiser) {
    this.#receiver = receiver;
    this.#payloadType = payloadType;
    this.#packets = pictures.map((picture) => packetiser.packetise(picture));
  }

  async loop(isLost: (picture: number, packet: number) => boolean = () => false): Promise<void> {
    for (const [picture, packets] of this.#packets.entries()) {
      for (const [index, { payload, marker }] of packets.entries()) {
        const [sequenceNumber, timestamp] = [this.#sequenceNumber, this.#timestamp];
        this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
        if (!isLost(picture, index)) {
          this.#receiver.send({ payloadType: this.#payloadType, marker, sequenceNumber, timestamp, ssrc: 1, payload });
        }
      }
      this.#timestamp = (this.#timestamp + 3600) >>> 0;
      await sleep(13);
    }
  }
}

for (const [name, format, codec, make] of RECEIVED) {
  test(`FFmpeg receives ${name}, also where packets are lost`, { timeout: 120_000 }, async () => {
    const receiver = await FfmpegReceiver.open(format, join(folder, 'session.sdp'), WIDTH, HEIGHT);
    try {
      const sender = new LoopSender(receiver, Number.parseInt(format, 10), await encodeLoop(codec), make());
      const marks = () => receiver.pictures.map((picture) => markIn(picture, WIDTH));
      for (let loops = 0; loops < 30 && !hasRun(marks(), LOOP); loops++) {
        await sender.loop();
      }
      assert.ok(hasRun(marks(), LOOP), 'a whole loop is seen, picture by picture');
      const before = receiver.pictures.length;
      for (let loops = 0; loops < 5; loops++) {
        await sender.loop((picture, packet) => picture >= FIRST_LOSS && (picture + packet) % 4 === 0);
      }
      await sleep(500);
      const afterwards = marks().slice(before);
      const beginnings = afterwards.flatMap((mark, index) => (mark === 0 ? [index] : []));
      assert.ok(beginnings.length >= 4, `${beginnings.length} loops with losses`);
      for (const beginning of beginnings) {
        assert.deepEqual(afterwards.slice(beginning, beginning + FIRST_LOSS), ALL.slice(0, FIRST_LOSS));
      }
      assert.ok(receiver.isRunning);
    } finally {
      await receiver.close();
    }
  });
}

/** Whether so many pictures of a loop are there one after another from its first on. */
function hasRun(marks: readonly (number | undefined)[], length: number): boolean {
  return marks.some(
    (mark, begin) => mark === 0 && ALL.slice(0, length).every((number) => marks[begin + number] === number),
  );
}
