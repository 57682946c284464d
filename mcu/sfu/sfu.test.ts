import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { consumerLeg } from '#codecs/mediasoup/consumer-leg.ts';
import { producerRtpParameters } from '#codecs/mediasoup/producer-parameters.ts';
import { PAYLOAD_TYPES } from '#codecs/mediasoup/router-codecs.ts';
import { parseRtcp } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket, type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import { mediasoupWorkerPath } from '#deploy/worker.ts';
import { MediaRefused } from './browser-media.ts';
import type { SfuRoom } from './room.ts';
import { Sfu } from './sfu.ts';

const LOOPBACK = '127.0.0.1';
const FIRST = 28_000 + 20 * (process.pid % 150);
const OPTIONS = {
  workerBinary: mediasoupWorkerPath(),
  listen: { addresses: [LOOPBACK], port: 11_000 + (process.pid % 900) },
  announcedAddress: undefined,
  relayPorts: { from: FIRST, to: FIRST + 19 },
};

let sfu: Sfu;
let room: SfuRoom;
const sockets: Socket[] = [];

before(async () => {
  sfu = await Sfu.start(OPTIONS);
  room = await sfu.openRoom();
});

after(async () => {
  for (const socket of sockets) {
    socket.close();
  }
  await sfu.close();
});

/** The engine's end of a relay. */
async function enginePort(): Promise<{ socket: Socket; port: number; rtp: RtpPacket[]; rtcp: string[] }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  const rtp: RtpPacket[] = [];
  const rtcp: string[] = [];
  socket.on('message', (datagram) => {
    const packet = isRtcp(datagram) ? undefined : parseRtpPacket(datagram);
    if (packet === undefined) {
      rtcp.push(...(parseRtcp(datagram) ?? []).map(({ type }) => type));
    } else {
      rtp.push(packet);
    }
  });
  return { socket, port: socket.address().port, rtp, rtcp };
}

/** Waits for what other processes do, a second at most. */
async function until(done: () => boolean, what: string): Promise<void> {
  for (let count = 0; count < 100; count++) {
    if (done()) {
      return;
    }
    await pause(10);
  }
  assert.fail(what);
}

test('sound of the engine flows through a producer to another engine port', async () => {
  const [from, to] = [await enginePort(), await enginePort()];
  const relay = await room.openRelay(from.port);
  const producer = await room.publishSound(relay, 77, 'lesson');
  const back = await room.openRelay(to.port);
  const consumer = await back.consume(producer, room.engineCapabilities);
  const leg = consumerLeg(consumer.rtpParameters, { index: 0, remote: back.address, kind: 'audio' });
  assert.equal(leg?.stream.receive[0]?.name, 'opus');
  for (let index = 0; index < 5; index++) {
    const packet = {
      payloadType: PAYLOAD_TYPES.opus,
      marker: index === 0,
      sequenceNumber: 100 + index,
      timestamp: 960 * index,
      ssrc: 77,
      payload: Buffer.from([0xf8, 0xff, index]),
    };
    from.socket.send(writeRtpPacket(packet), relay.address.port, relay.address.address);
  }
  await until(() => to.rtp.length === 5, `${to.rtp.length} of 5 packets came`);
  assert.deepEqual(
    to.rtp.map(({ payload }) => payload[2]),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual([...new Set(to.rtp.map(({ ssrc }) => ssrc))], [leg?.ssrc]);
  relay.close();
  back.close();
  assert.ok(producer.closed && consumer.closed, 'what a relay carries ends with it');
});

test('the mix is taken as a simulcast of its layers; who consumes it has a key frame asked of the engine', async () => {
  const engine = await enginePort();
  const { relay, producer } = await room.publishPicture(engine.port, [501, 502], 'lesson');
  assert.equal(producer.type, 'simulcast');
  assert.deepEqual(
    producer.rtpParameters.encodings?.map(({ ssrc }) => ssrc),
    [501, 502],
  );
  const viewer = await enginePort();
  const back = await room.openRelay(viewer.port);
  const consumer = await back.consume(producer, room.engineCapabilities);
  const inter = Buffer.from([0, 0, 0, 1, 0x41, 0x9a, 0x00, 0x10]);
  const idr = Buffer.from([0, 0, 0, 1, 0x67, 0x42, 0xe0, 0x1f, 0, 0, 0, 1, 0x68, 0xce, 0, 0, 0, 1, 0x65, 0x88, 0x80]);
  const packetiser = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 });
  let sequenceNumber = 1;
  const send = (picture: Buffer) => {
    for (const payload of packetiser.packetise(picture)) {
      const timestamp = 3600 * sequenceNumber;
      const fields = { payloadType: PAYLOAD_TYPES.H264, ssrc: 501, sequenceNumber: sequenceNumber++, timestamp };
      engine.socket.send(writeRtpPacket({ ...payload, ...fields }), relay.address.port, relay.address.address);
    }
  };
  const isAsked = () => engine.rtcp.some((type) => type === 'pli' || type === 'fir');
  await until(() => {
    send(inter);
    return isAsked();
  }, `no key frame was asked for: ${engine.rtcp.join()}`);
  assert.equal(viewer.rtp.length, 0);
  await until(() => {
    send(idr);
    return viewer.rtp.length > 0;
  }, 'nothing came through');
  assert.ok(!consumer.closed);
  relay.close();
  back.close();
});

test('a room’s own picture is taken in either codec', async () => {
  for (const codec of ['H264', 'VP8'] as const) {
    const { relay, producer } = await room.publishSource((await enginePort()).port, codec, 9, 'room');
    assert.equal(producer.type, 'simple');
    assert.equal(producer.rtpParameters.codecs[0]?.mimeType, `video/${codec}`);
    relay.close();
  }
});

test('what cannot be published leaves no port taken; when all are taken that is told', async () => {
  const { port } = await enginePort();
  for (let attempt = 0; attempt < 30; attempt++) {
    await assert.rejects(room.publishPicture(port, [7, 7], 'lesson'), RangeError);
  }
  const relays = await Promise.all(Array.from({ length: 20 }, () => room.openRelay(port)));
  await assert.rejects(room.openRelay(port));
  for (const relay of relays) {
    relay.close();
  }
  (await room.openRelay(port)).close();
});

test('a page sends one track of each kind, and what is nonsense is refused', async () => {
  const browser = await room.openBrowser();
  assert.notEqual(browser.send.id, browser.receive.id);
  assert.ok(browser.send.iceCandidates.length >= 2, 'UDP and TCP');
  const opus = (ssrc: number) => ({ ...producerRtpParameters({ codec: 'opus', ssrc, cname: 'page' }) });
  const first = await browser.produce('audio', opus(1));
  const second = await browser.produce('audio', opus(2));
  assert.ok(first.closed);
  assert.equal(browser.producer('audio'), second);
  assert.equal(browser.producer('video'), undefined);
  for (const nonsense of [
    {},
    { codecs: 'x' },
    { codecs: [] },
    { codecs: [null] },
    { ...opus(3), encodings: [{}, 4] },
  ]) {
    await assert.rejects(browser.produce('audio', nonsense), MediaRefused, JSON.stringify(nonsense));
    await assert.rejects(browser.produce('video', nonsense), MediaRefused);
  }
  await assert.rejects(browser.produce('video', opus(4)), MediaRefused);
  assert.equal(browser.producer('audio')?.closed, false, 'what was refused replaces nothing');
  for (const nonsense of [
    {},
    { role: 'x' },
    { fingerprints: 1 },
    { role: 'client', fingerprints: [{ algorithm: 1 }] },
  ]) {
    await assert.rejects(browser.connect(browser.send.id, nonsense), MediaRefused, JSON.stringify(nonsense));
  }
  await assert.rejects(browser.connect('another', {}), MediaRefused);
  await assert.rejects(browser.resume('another'), MediaRefused);
  browser.closeConsumer('another');
  browser.close();
  assert.ok(second.closed);
});

test('a page is sent only what it can take, paused until it says so', async () => {
  const relay = await room.openRelay((await enginePort()).port);
  const sound = await room.publishSound(relay, 78, 'lesson');
  const browser = await room.openBrowser();
  assert.equal(await browser.consume(sound), undefined, 'before it has said what it can take');
  for (const nonsense of [{ codecs: [], headerExtensions: [] }, { codecs: 1 }, { codecs: [null] }, { codecs: [{}] }]) {
    browser.setCapabilities(nonsense);
    assert.equal(await browser.consume(sound), undefined, JSON.stringify(nonsense));
  }
  browser.setCapabilities({ ...room.rtpCapabilities });
  const consumer = await browser.consume(sound);
  assert.equal(consumer?.paused, true);
  await browser.resume(consumer.id);
  assert.equal(consumer.paused, false);
  relay.close();
  await until(() => consumer.closed, 'the consumer outlives its producer');
  await assert.rejects(browser.resume(consumer.id), MediaRefused);
  browser.close();
});

const OTHER = { ...OPTIONS, listen: { addresses: [LOOPBACK], port: OPTIONS.listen.port + 1000 } };

/** Whether a process is there. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a worker that dies is told, and its port is free; one whose port is taken does not start', async () => {
  await assert.rejects(Sfu.start(OPTIONS));
  const other = await Sfu.start(OTHER);
  const died = once(other, 'died');
  const inRoom = await other.openRoom();
  process.kill(other.processId, 'SIGKILL');
  assert.equal((await died)[1], 'died');
  await assert.rejects(inRoom.openRelay(1));
  await assert.rejects(other.openRoom());
  await other.close();
  await (await Sfu.start(OTHER)).close();
});

test('a worker that answers no more is killed, and told of as hanging', async () => {
  const hanging = await Sfu.start(OTHER);
  const died = once(hanging, 'died');
  process.kill(hanging.processId, 'SIGSTOP');
  const opening = assert.rejects(hanging.openRoom());
  assert.equal((await died)[1], 'hung');
  await opening;
  assert.equal(lives(hanging.processId), false);
  await (await Sfu.start(OTHER)).close();
});

test('the end takes a worker along that hangs; signals to the service leave workers alone', async () => {
  const before = process.listenerCount('SIGTERM');
  const hanging = await Sfu.start(OTHER);
  assert.equal(process.listenerCount('SIGTERM'), before);
  process.kill(hanging.processId, 'SIGSTOP');
  await hanging.close();
  assert.equal(lives(hanging.processId), false);
});
