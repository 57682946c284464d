import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { acceptAnswer } from '#codecs/media/accept-answer.ts';
import { createOffer } from '#codecs/media/create-offer.ts';
import { negotiate } from '#codecs/media/negotiate.ts';
import { parseRtcp, type RtcpPacket, type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket } from '#codecs/rtp/packet.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import { toneAmplitude } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { HostMedia } from './host-media.ts';
import { encodePictureLoop } from './picture-loop.ts';
import { PictureReceiver, type SeenPicture } from './picture-receiver.ts';
import { encodeToneLoop } from './sound-loop.ts';

const SHAPE = { width: 320, height: 180, frameRate: 25, bitRate: 300_000 };
const SESSION = { origin: { sessionId: '1', version: '1' } };

test('two hosts see and hear each other; who comes late is given a key frame', async () => {
  const [first, second] = await Promise.all([
    encodePictureLoop({ ...SHAPE, host: 1, frames: 500 }),
    encodePictureLoop({ ...SHAPE, host: 2, frames: 50 }),
  ]);
  const [low, high] = await Promise.all([encodeToneLoop('opus', 440), encodeToneLoop('opus', 800)]);
  const open = (picture: typeof first, sound: typeof low) =>
    HostMedia.open({ address: '127.0.0.1', cname: 'host', pictures: [picture], sounds: [sound] });
  const [a, b] = await Promise.all([open(first, low), open(second, high)]);
  try {
    const offer = createOffer(a.capabilities, a.transport, SESSION);
    const answered = negotiate(offer, b.capabilities, b.transport, SESSION);
    assert.ok('answer' in answered);
    const accepted = acceptAnswer(offer, answered.answer, a.capabilities);
    assert.ok('media' in accepted);
    const seen = b.waitForPicture(({ marks }) => marks.some(({ host }) => host === 1), 5000);
    a.use(accepted.media);
    b.use(answered.media);
    const picture = await seen;
    assert.deepEqual([picture?.width, picture?.height], [320, 180]);

    // The far side loses its decoder's state: it asks, and the loop begins anew.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const sent = a.keyFramesSent;
    const again = b.waitForPicture(({ marks }) => marks.some(({ frame }) => frame === 0), 3000);
    a.giveKeyFrame();
    assert.ok(await again, 'frame 0 again, long before the end of the loop');
    assert.equal(a.keyFramesSent, sent + 1);

    await until('both hear a second of sound', 5000, () =>
      Math.min(a.heard.samples.length, b.heard.samples.length) > 60_000 ? true : undefined,
    );
    const at = (media: HostMedia, frequency: number) => {
      const { samples, sampleRate } = media.heard;
      return toneAmplitude({ samples: samples.subarray(-9600), sampleRate }, frequency);
    };
    assert.ok(at(b, 440) > 0.15, `b hears a: ${at(b, 440)}`);
    assert.ok(at(b, 800) < 0.05, `b does not hear itself: ${at(b, 800)}`);
    assert.ok(at(a, 800) > 0.15, `a hears b: ${at(a, 800)}`);
    assert.equal(b.received.video.lost, 0);
    assert.deepEqual([...a.faults, ...b.faults], []);
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
  assert.throws(() => a.transport);
});

test('a PLI or FIR of the far side brings the key frame; one for another source does not', async () => {
  const [picture, sound] = await Promise.all([
    encodePictureLoop({ ...SHAPE, host: 9, frames: 1000 }),
    encodeToneLoop('PCMA', 440),
  ]);
  const host = await HostMedia.open({ address: '127.0.0.1', cname: 'host', pictures: [picture], sounds: [sound] });
  const peer = createSocket('udp4');
  await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
  try {
    const sources = new Set<number>();
    const reports: RtcpPacket[] = [];
    peer.on('message', (datagram) => {
      if (isRtcp(datagram)) {
        reports.push(...(parseRtcp(datagram) ?? []));
      } else {
        sources.add(parseRtpPacket(datagram)?.ssrc ?? 0);
      }
    });
    const offer = createOffer(host.capabilities, host.transport, SESSION);
    const remote = { address: '127.0.0.1', port: peer.address().port };
    const answered = negotiate(offer, host.capabilities, { audio: { ...remote, port: 9 }, main: remote }, SESSION);
    assert.ok('answer' in answered);
    const accepted = acceptAnswer(offer, answered.answer, host.capabilities);
    assert.ok('media' in accepted);
    host.use(accepted.media);
    await until('pictures and a report come', 3000, () =>
      reports.some(({ type }) => type === 'sender-report') ? sources.size > 0 || undefined : undefined,
    );
    const [ssrc = 0] = sources;
    const ask = (request: WritableRtcpPacket) =>
      peer.send(writeCompound([request]), host.transport.main.port, '127.0.0.1');
    ask({ type: 'pli', senderSsrc: 1, mediaSsrc: (ssrc + 1) >>> 0 });
    ask({ type: 'pli', senderSsrc: 1, mediaSsrc: ssrc });
    await until('the PLI is heeded', 3000, () => (host.keyFramesSent === 2 ? true : undefined));
    ask({ type: 'fir', senderSsrc: 1, entries: [{ ssrc, sequenceNumber: 1 }] });
    await until('the FIR is heeded', 3000, () => (host.keyFramesSent === 3 ? true : undefined));
    assert.equal(host.keyFramesAsked, 2);
  } finally {
    peer.close();
    await host.close();
  }
});

test('a receiver that joins in the middle asks for a key frame and sees from there on', async () => {
  const { pictures } = await encodePictureLoop({ ...SHAPE, host: 4, frames: 6 });
  const packetiser = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 });
  const seen: SeenPicture[] = [];
  const requests: string[] = [];
  const receiver = await PictureReceiver.open(
    ['H264'],
    { pli: true, fir: true, info: false },
    {
      seen: (picture) => seen.push(picture),
      keyFrame: (request, ssrc) => requests.push(`${request} ${ssrc}`),
      fault: (error) => assert.fail(String(error)),
    },
  );
  let sequenceNumber = 65_530;
  let timestamp = 0;
  const push = (index: number) => {
    timestamp += 3600;
    for (const { payload, marker } of packetiser.packetise(pictures[index] ?? Buffer.alloc(0))) {
      receiver.push({ payloadType: 109, marker, payload, timestamp, ssrc: 7, sequenceNumber }, 'H264', 0);
      sequenceNumber = (sequenceNumber + 1) & 0xffff;
    }
  };
  push(3);
  push(4);
  receiver.tick(0);
  assert.deepEqual(requests, ['pli 7']);
  for (const index of [0, 1, 2]) {
    push(index);
  }
  await until('three pictures', 3000, () => (seen.length === 3 ? true : undefined));
  assert.deepEqual(
    seen.map(({ marks }) => marks.map(({ host, frame }) => ({ host, frame }))),
    [0, 1, 2].map((frame) => [{ host: 4, frame }]),
  );
  receiver.tick(10_000);
  assert.equal(requests.length, 1, 'satisfied');
  await receiver.close();
});
