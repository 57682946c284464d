import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, test } from 'node:test';
import type { H264Codec } from '#codecs/media/description.ts';
import { FULL_FEEDBACK } from '#codecs/media/feedback.ts';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { writeRtpPacket } from '#codecs/rtp/packet.ts';
import { audioMedia, videoMedia } from '../leg/example-media.ts';
import { Clock } from './clock.ts';
import { IoEngine } from './io-engine.ts';
import { type Desired, ENGINE_PROTOCOL_VERSION, type LegDesired } from './protocol.ts';
import type { ToPicture } from './thread-messages.ts';

const LOOPBACK = '127.0.0.1';
const BASE = 25_000 + 16 * (process.pid % 250);

let engines: IoEngine[] = [];
afterEach(() => {
  for (const made of engines) {
    made.close();
  }
  engines = [];
});

function engine() {
  const posted: ToPicture[] = [];
  const made = new IoEngine(new Clock(0), (message) => posted.push(message));
  engines.push(made);
  const applied = () => posted.filter((message) => message.type === 'applied');
  const events = () =>
    posted.flatMap((message) => (message.type === 'fact' && message.fact.type === 'log' ? [message.fact.event] : []));
  return { made, posted, applied, events };
}

function leg(id: string, port: number, video?: NegotiatedVideo): LegDesired {
  return {
    id,
    lesson: 'lesson',
    name: id,
    cname: 'ours',
    cameraOff: false,
    audio: { local: { address: LOOPBACK, port }, ssrc: port, media: audioMedia() },
    video: {
      local: { address: LOOPBACK, port: port + 2 },
      outputs: [{ ssrc: port + 2, rendition: 'r' }],
      ...(video === undefined ? {} : { media: video }),
    },
  };
}

function desired(number: number, legs: LegDesired[]): Desired {
  return { version: ENGINE_PROTOCOL_VERSION, number, legs, views: [], renditions: [] };
}

test('a leg that cannot be brought up to date is told and given up; the others come up and the state is in force', async () => {
  const { made, applied, events } = engine();
  // What a fault of ours could let through: the protocol looks at these structures no further.
  const broken = { kind: 'main', remote: { address: LOOPBACK, port: 9 } } as NegotiatedVideo;
  await made.apply(desired(1, [leg('broken', BASE, broken), leg('whole', BASE + 4, videoMedia())]));
  assert.deepEqual(applied(), [{ type: 'applied', number: 1, unbound: [] }]);
  assert.deepEqual(events(), ['leg-failed']);
  made.tick();
  assert.deepEqual(
    made.figures().map((figures) => figures.leg),
    ['whole'],
  );
  await made.apply(desired(2, [leg('broken', BASE, videoMedia()), leg('whole', BASE + 4, videoMedia())]));
  assert.deepEqual(
    made.figures().map((figures) => figures.leg),
    ['whole', 'broken'],
    'its ports were given back',
  );
  made.close();
});

test('a party that allows no bit rate does not keep the state from coming into force', async () => {
  const { made, applied, events } = engine();
  await made.apply(desired(1, [leg('poor', BASE, videoMedia({ sendBitRate: 0 }))]));
  assert.equal(applied().length, 1);
  assert.deepEqual(events(), []);
  made.close();
});

test('legs that go give their ports back, also those that open while the engine closes', async () => {
  const { made } = engine();
  await made.apply(desired(1, [leg('a', BASE)]));
  await made.apply(desired(2, [leg('b', BASE)]));
  assert.deepEqual(
    made.figures().map((figures) => figures.leg),
    ['b'],
  );
  const opening = made.apply(desired(3, [leg('b', BASE), leg('c', BASE + 4)]));
  await Promise.resolve();
  made.close();
  await opening;
  for (const port of [BASE, BASE + 3, BASE + 4, BASE + 7]) {
    const socket = createSocket('udp4');
    socket.bind(port, LOOPBACK);
    await once(socket, 'listening');
    socket.close();
  }
});

test('a leg that moves to other ports is made anew', async () => {
  const { made } = engine();
  await made.apply(desired(1, [leg('a', BASE)]));
  await made.apply(desired(2, [leg('a', BASE + 8)]));
  const socket = createSocket('udp4');
  socket.bind(BASE, LOOPBACK);
  await once(socket, 'listening');
  socket.close();
  made.close();
});

test('after another engine its ports are waited for, and nobody waits for the ports of another leg', async () => {
  const { made, applied } = engine();
  const taken = createSocket('udp4');
  taken.bind(BASE + 1, LOOPBACK);
  await once(taken, 'listening');
  made.resume([]);
  const applying = made.apply(desired(1, [leg('late', BASE), leg('ready', BASE + 4)]));
  while (made.figures().length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(
    made.figures().map((figures) => figures.leg),
    ['ready'],
  );
  taken.close();
  await applying;
  assert.deepEqual(applied(), [{ type: 'applied', number: 1, unbound: [] }]);
  assert.equal(made.figures().length, 2);
});

test('a leg that fails over a datagram is given up; the thread and the other legs go on', async () => {
  const { made, events, posted } = engine();
  const room = createSocket('udp4');
  room.bind(0, LOOPBACK);
  await once(room, 'listening');
  const remote = { address: LOOPBACK, port: room.address().port };
  // What a fault of ours could be: it shows only when the first packet comes.
  const codec: H264Codec = {
    name: 'H264',
    payloadType: 96,
    clockRate: 90_000,
    feedback: FULL_FEEDBACK,
    h264: { profile: 'baseline', level: 31, packetizationMode: 1, levelAsymmetryAllowed: true },
    get parameterSets(): string[] {
      throw new Error('a fault of ours');
    },
  };
  const broken = videoMedia({ remote, remoteRtcp: remote, send: codec, receive: [codec] });
  await made.apply(desired(1, [leg('broken', BASE, broken), leg('whole', BASE + 4, videoMedia())]));
  const packet = writeRtpPacket({
    payloadType: codec.payloadType,
    marker: true,
    sequenceNumber: 1,
    timestamp: 1,
    ssrc: 5,
    payload: Buffer.from([0x65, 1, 2, 3]),
  });
  for (let sequence = 0; sequence < 2000 && events().length === 0; sequence++) {
    packet.writeUInt16BE(sequence, 2);
    room.send(packet, BASE + 2, LOOPBACK);
    await new Promise((resolve) => setImmediate(resolve));
    made.tick();
  }
  assert.deepEqual(events(), ['leg-failed']);
  assert.deepEqual(
    made.figures().map((figures) => figures.leg),
    ['whole'],
  );
  assert.ok(posted.length > 0);
  room.close();
});
