import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { after, test } from 'node:test';
import { AudioDecoder } from '#codecs/ffmpeg/audio-decoder.ts';
import { AudioEncoder, TICK_SAMPLES } from '#codecs/ffmpeg/audio-encoder.ts';
import { Picture } from '#codecs/ffmpeg/picture.ts';
import { VideoDecoder } from '#codecs/ffmpeg/video-decoder.ts';
import { VideoEncoder } from '#codecs/ffmpeg/video-encoder.ts';
import type { H264Codec } from '#codecs/media/description.ts';
import { FULL_FEEDBACK } from '#codecs/media/feedback.ts';
import { parseRtcp, type RtcpPacket } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { H264Depacketiser } from '#codecs/rtp/payload/h264-depacketiser.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import { Engine } from './engine.ts';
import { type Desired, ENGINE_PROTOCOL_VERSION, type FactOf, type LegDesired } from './protocol.ts';

const H264: H264Codec = {
  name: 'H264',
  payloadType: 99,
  clockRate: 90_000,
  feedback: FULL_FEEDBACK,
  h264: { profile: 'constrained-baseline', level: 31, packetizationMode: 1, levelAsymmetryAllowed: true },
};
const PCMA = { name: 'PCMA' as const, payloadType: 8, clockRate: 8000 };

/** A UDP endpoint that keeps what it is sent. */
class Endpoint {
  readonly socket: Socket;
  readonly rtp: Buffer[] = [];
  readonly rtcp: RtcpPacket[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (datagram) => {
      if (isRtcp(datagram)) {
        this.rtcp.push(...(parseRtcp(datagram) ?? []));
      } else {
        this.rtp.push(datagram);
      }
    });
  }

  static async open(): Promise<Endpoint> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new Endpoint(socket);
  }

  get address(): { address: string; port: number } {
    return { address: '127.0.0.1', port: this.socket.address().port };
  }
}

const endpoints: Endpoint[] = [];
const engine = new Engine();
after(async () => {
  await engine.close();
  for (const { socket } of endpoints) {
    socket.close();
  }
});

async function endpoint(): Promise<Endpoint> {
  const opened = await Endpoint.open();
  endpoints.push(opened);
  return opened;
}

/** Resolves when a second process stands by. */
async function standby(): Promise<void> {
  while (!engine.standsBy) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Room {
  readonly audio: Endpoint;
  readonly video: Endpoint;
  readonly leg: LegDesired;
}

async function room(id: string, port: number): Promise<Room> {
  const [audio, video] = await Promise.all([endpoint(), endpoint()]);
  const common = { index: 0, rtcpMux: true, direction: 'sendrecv' as const };
  const leg: LegDesired = {
    id,
    lesson: 'lesson',
    name: id,
    cname: 'lesson',
    cameraOff: false,
    audio: {
      local: { address: '127.0.0.1', port },
      ssrc: port,
      media: {
        ...common,
        kind: 'audio',
        remote: audio.address,
        remoteRtcp: audio.address,
        send: PCMA,
        receive: [PCMA],
        packetTime: 20,
      },
    },
    video: {
      local: { address: '127.0.0.1', port: port + 2 },
      outputs: [{ ssrc: port + 2, rendition: 'r' }],
      media: {
        ...common,
        kind: 'main',
        remote: video.address,
        remoteRtcp: video.address,
        send: H264,
        receive: [H264],
        sendBitRate: 1_000_000,
      },
    },
  };
  return { audio, video, leg };
}

test('two rooms see each other in one picture and hear each other, not themselves', async () => {
  await engine.start();
  const figures: FactOf<'figures'>[] = [];
  const logs: unknown[] = [];
  engine.on('figures', (report) => figures.push(report));
  engine.on('log', (entry) => entry.level !== 'info' && logs.push(entry));
  const base = 21_000 + 8 * (process.pid % 500);
  const a = await room('a', base);
  const b = await room('b', base + 4);
  const desired: Desired = {
    version: ENGINE_PROTOCOL_VERSION,
    number: 1,
    legs: [a.leg, b.leg],
    views: [{ id: 'v', layout: 'grid', sources: ['a', 'b'] }],
    renditions: [{ id: 'r', view: 'v', codec: 'H264', width: 640, height: 360, frameRate: 25, bitRate: 800_000 }],
  };
  assert.deepEqual(await engine.apply(desired), []);

  // Room a sends a bright picture and a tone of 1000 Hz, in real time.
  const camera = await VideoEncoder.open({ codec: 'H264', width: 320, height: 180, frameRate: 25, bitRate: 300_000 });
  const microphone = await AudioEncoder.open('PCMA');
  const packetiser = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 });
  const bright = Picture.allocate(320, 180);
  bright.fill({ y: 210, u: 128, v: 128 });
  let sequence = 0;
  for (let tick = 0; tick < 150; tick++) {
    const samples = Float32Array.from(
      { length: TICK_SAMPLES },
      (_, index) => 0.3 * Math.sin((2 * Math.PI * 1000 * (tick * TICK_SAMPLES + index)) / 48_000),
    );
    const payload = microphone.encode(samples);
    assert.ok(payload);
    const sound = {
      payloadType: 8,
      marker: tick === 0,
      sequenceNumber: tick,
      timestamp: tick * 160,
      ssrc: 77,
      payload,
    };
    a.audio.socket.send(writeRtpPacket(sound), base, '127.0.0.1');
    if (tick % 2 === 0) {
      const encoded = await camera.encode(bright, false);
      assert.ok(encoded);
      for (const { payload: part, marker } of packetiser.packetise(encoded.data)) {
        const packet = {
          payloadType: 99,
          marker,
          sequenceNumber: sequence++,
          timestamp: tick * 1800,
          ssrc: 78,
          payload: part,
        };
        a.video.socket.send(writeRtpPacket(packet), base + 2, '127.0.0.1');
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  // Room b: a's picture in the left cell.
  const decoder = await VideoDecoder.open('H264');
  const depacketiser = new H264Depacketiser();
  let last: Picture | undefined;
  for (const datagram of b.video.rtp) {
    const packet = parseRtpPacket(datagram);
    assert.ok(packet);
    assert.equal(packet.ssrc, base + 6);
    for (const frame of depacketiser.push(packet, 0)) {
      last?.free();
      last = await decoder.decode(frame.data);
    }
  }
  assert.ok(last, 'room b received pictures');
  const { data, strides } = last.planes();
  const luma = (x: number, y: number) => data[0]?.[y * (strides[0] ?? 0) + x] ?? -1;
  assert.ok(Math.abs(luma(160, 180) - 210) < 10, `left cell ${luma(160, 180)}`);
  assert.ok(luma(480, 60) < 100, `right cell is a placeholder ${luma(480, 60)}`);
  last.free();

  // Room b hears the tone, room a hears silence.
  const heard = async (endpoint: Endpoint): Promise<number> => {
    const audio = await AudioDecoder.open('PCMA');
    const samples = endpoint.rtp.flatMap((datagram) => [
      ...audio.decode(Buffer.from(parseRtpPacket(datagram)?.payload ?? [])),
    ]);
    audio.close();
    const tail = samples.slice(-48_000);
    return Math.sqrt(tail.reduce((sum, sample) => sum + sample * sample, 0) / tail.length);
  };
  const [atA, atB] = [await heard(a.audio), await heard(b.audio)];
  assert.ok(atB > 0.15 && atB < 0.3, `b hears ${atB}`);
  assert.ok(atA < 0.01, `a hears ${atA}`);

  const reports = b.video.rtcp.filter((packet) => packet.type === 'sender-report');
  assert.ok(reports.length >= 2, 'sender reports come every second');
  assert.ok(a.video.rtcp.some((packet) => packet.type === 'receiver-report' || packet.type === 'sender-report'));
  const report = figures.at(-1)?.legs.find(({ leg }) => leg === 'a');
  assert.ok((report?.video?.decoded ?? 0) > 20);
  assert.equal(report?.video?.width, 320);
  assert.deepEqual(logs, []);
  await Promise.all([camera.close(), decoder.close()]);
  microphone.close();
  bright.free();
});

test('a taken port is reported and the other legs come up; a killed engine comes back with the same state', async () => {
  const taken = await endpoint();
  const c = await room('c', 22_000 + 8 * (process.pid % 500));
  const blocked: LegDesired = { ...c.leg, id: 'blocked', audio: { local: taken.address, ssrc: 9 } };
  delete blocked.video;
  engine.removeAllListeners('log');
  const desired: Desired = {
    version: ENGINE_PROTOCOL_VERSION,
    number: 2,
    legs: [c.leg, blocked],
    views: [],
    renditions: [],
  };
  assert.deepEqual(await engine.apply(desired), ['blocked']);
  await standby();
  const packets = () => c.audio.rtp.length;
  // Its numbers are known to the gateway by then.
  while (packets() < 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const before = packets();
  const last = parseRtpPacket(c.audio.rtp.at(-1) ?? Buffer.alloc(0));
  const restarted = new Promise((resolve) => engine.once('restarted', () => resolve(undefined)));
  const { processId } = engine;
  assert.ok(processId);
  process.kill(processId, 'SIGKILL');
  await restarted;
  await new Promise((resolve) => setTimeout(resolve, 800));
  assert.notEqual(engine.processId, processId);
  assert.ok(packets() > before + 10, 'sound flows again');
  const newest = parseRtpPacket(c.audio.rtp.at(-1) ?? Buffer.alloc(0));
  assert.ok(last && newest);
  assert.equal(newest.ssrc, last.ssrc);
  const step = (newest.sequenceNumber - last.sequenceNumber) & 0xffff;
  assert.ok(step > 100 && step < 3000, `sequence numbers are ${step} ahead`);
});

test('an engine that stands still is followed by the one that stands by, which is given what is wanted meanwhile', async () => {
  await standby();
  const { processId, standbyId } = engine;
  assert.ok(processId);
  const restarted = new Promise((resolve) => engine.once('restarted', resolve));
  process.kill(processId, 'SIGSTOP');
  const empty = { version: ENGINE_PROTOCOL_VERSION, number: 3, legs: [], views: [], renditions: [] } as const;
  const applied = engine.apply({ ...empty, legs: [], views: [], renditions: [] });
  assert.equal(await restarted, 'hung');
  assert.deepEqual(await applied, []);
  assert.equal(engine.processId, standbyId);
  assert.equal(engine.alive, true);
});
