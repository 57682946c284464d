import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_FEEDBACK } from '#codecs/media/feedback.ts';
import type { NegotiatedVideo } from '#codecs/media/negotiated.ts';
import { ntpFromUnixMs } from '#codecs/rtcp/ntp.ts';
import type { RtpPacket } from '#codecs/rtp/packet.ts';
import { H264Packetiser } from '#codecs/rtp/payload/h264-packetiser.ts';
import { Vp8Packetiser } from '#codecs/rtp/payload/vp8-packetiser.ts';
import { H264, packetOf, VP8, videoMedia, vp8Frame } from './example-media.ts';
import { type PictureArrival, VideoReceiver } from './video-receiver.ts';

/** A camera: numbered packets of VP8 frames of three packets each. */
class Camera {
  readonly #packetiser = new Vp8Packetiser({ maximumPayload: 100, pictureId: 1 });
  readonly #ssrc: number;
  #sequenceNumber: number;
  #timestamp = 0;

  constructor(ssrc = 1, sequenceNumber = 100) {
    this.#ssrc = ssrc;
    this.#sequenceNumber = sequenceNumber;
  }

  picture(isKeyFrame: boolean): RtpPacket[] {
    this.#timestamp += 3600;
    return this.#packetiser.packetise(vp8Frame(isKeyFrame)).map(({ payload, marker }) => {
      const sequenceNumber = this.#sequenceNumber;
      this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
      const { payloadType } = VP8;
      return packetOf({ payloadType, payload, marker, sequenceNumber, timestamp: this.#timestamp, ssrc: this.#ssrc });
    });
  }
}

function receiver(feedback: Partial<typeof VP8.feedback>, media: Partial<NegotiatedVideo> = {}) {
  const frames: string[] = [];
  const times: PictureArrival[] = [];
  const asked: string[] = [];
  const nacks: number[][] = [];
  const passed: [number, number][] = [];
  const codec = { ...VP8, feedback: { ...NO_FEEDBACK, ...feedback } };
  const made = new VideoReceiver(videoMedia({ receive: [codec], ...media }), {
    frame: (name, { isKeyFrame, isCorrupt }, picture) => {
      frames.push(`${name}${isKeyFrame ? ' key' : ''}${isCorrupt ? ' corrupt' : ''}`);
      times.push(picture);
    },
    packet: ({ sequenceNumber }, lostBefore) => passed.push([sequenceNumber, lostBefore]),
    nack: (_ssrc, sequenceNumbers) => nacks.push(sequenceNumbers),
    keyFrame: (request) => asked.push(request),
  });
  const push = (packets: readonly (RtpPacket | undefined)[], now: number) => {
    for (const packet of packets) {
      if (packet !== undefined) {
        made.push(packet, now);
      }
    }
  };
  return { made, frames, times, asked, nacks, passed, push };
}

test('whole pictures come out in order; one who begins with a key frame is asked for nothing', () => {
  const { made, frames, asked, push } = receiver({ pli: true, nack: true });
  const camera = new Camera();
  push(camera.picture(true), 0);
  const [a, b, c] = camera.picture(false);
  push([b, a, c], 40);
  made.tick(45, undefined);
  assert.deepEqual(frames, ['VP8 key', 'VP8']);
  assert.deepEqual(asked, []);
});

test('who begins in the middle is asked for a key frame at once', () => {
  const { made, asked, push } = receiver({ pli: true });
  push(new Camera().picture(false), 0);
  made.tick(5, undefined);
  assert.deepEqual(asked, ['pli']);
  assert.equal(made.keyFramesAsked, 1);
});

test('loss makes a picture corrupt; PLI, FIR and signalling are tried in turn until a key frame comes', () => {
  const { made, frames, asked, passed, push } = receiver({ pli: true, fir: true });
  const camera = new Camera();
  push(camera.picture(true), 0);
  const [first, , last] = camera.picture(false);
  push([first, last], 1000);
  for (let now = 1000; now < 2700; now += 5) {
    made.tick(now, undefined);
    if (now % 40 === 0) {
      push(camera.picture(false), now);
    }
  }
  assert.deepEqual(frames.slice(0, 2), ['VP8 key', 'VP8 corrupt']);
  assert.deepEqual(asked, ['pli', 'fir', 'signalling', 'pli']);
  assert.ok(
    passed.some(([, lostBefore]) => lostBefore === 1),
    'who takes the packets as they are learns of the loss',
  );
  push(camera.picture(true), 2700);
  for (let now = 2700; now < 9000; now += 100) {
    push(camera.picture(false), now);
    made.tick(now, undefined);
  }
  assert.equal(asked.length, 4, 'a key frame ends it');
});

test('the wait for a key frame is told with the way of asking; a picture is told with its times, by reports when it was taken', () => {
  const { made, times, push } = receiver({ pli: true, fir: true });
  const camera = new Camera();
  push(camera.picture(false), 0);
  made.tick(0, undefined);
  made.tick(310, undefined);
  push(camera.picture(true), 400);
  assert.deepEqual(made.keyFrameLatency.take(), [{ request: 'fir', waited: 400 }]);
  assert.deepEqual(times.at(-1), { arrivedAt: 400, mediaTime: 80, takenAt: undefined });
  const report = { type: 'sender-report', ssrc: 1, packetCount: 0, octetCount: 0, reports: [] } as const;
  made.senderReport({ ...report, ntp: ntpFromUnixMs(1_800_000_000_000), rtpTimestamp: 0 }, 400);
  push(camera.picture(false), 440);
  assert.deepEqual([times.at(-1)?.mediaTime, Math.round(times.at(-1)?.takenAt ?? 0)], [120, 1_800_000_000_120]);
});

test('without RTCP feedback signalling goes first', () => {
  const { made, asked, push } = receiver({});
  push(new Camera().picture(false), 0);
  made.tick(5, undefined);
  assert.deepEqual(asked, ['signalling']);
});

test('a missing packet is asked for by NACK, again when it does not come, and heals the picture', () => {
  const { made, frames, asked, nacks, push } = receiver({ pli: true, nack: true });
  const camera = new Camera();
  push(camera.picture(true), 0);
  const [first, missing, last] = camera.picture(false);
  assert.ok(missing);
  push([first, last], 40);
  made.tick(42, 30);
  assert.deepEqual(nacks, [], 'it may only have been overtaken');
  made.tick(55, 30);
  assert.deepEqual(nacks, [[missing.sequenceNumber]]);
  made.tick(60, 30);
  assert.equal(nacks.length, 1);
  made.tick(110, 30);
  assert.equal(nacks.length, 2);
  push([missing], 120);
  assert.deepEqual(frames, ['VP8 key', 'VP8']);
  made.tick(200, 30);
  assert.deepEqual(asked, []);
});

test('what NACK does not bring is given up after a while, and a key frame is asked for', () => {
  const { made, frames, asked, push } = receiver({ pli: true, nack: true });
  const camera = new Camera();
  push(camera.picture(true), 0);
  const [first, , last] = camera.picture(false);
  push([first, last], 40);
  made.tick(150, 30);
  assert.deepEqual(frames, ['VP8 key']);
  push(camera.picture(false), 160);
  made.tick(170, 30);
  assert.equal(frames[1], 'VP8 corrupt');
  assert.deepEqual(asked, ['pli']);
});

test('another source is followed once the old one is silent, anew and with a request for a key frame', () => {
  const { made, frames, asked, push } = receiver({ pli: true });
  const old = new Camera(1);
  push(old.picture(true), 0);
  const next = new Camera(2, 7000);
  push(next.picture(false), 50);
  assert.equal(made.mediaSsrc, 1, 'two that speak at once: the first one goes on');
  push(next.picture(false), 600);
  assert.equal(made.mediaSsrc, 2);
  made.tick(605, undefined);
  assert.deepEqual(asked, ['pli']);
  assert.equal(frames[1], 'VP8 corrupt', 'nothing of the new source builds on the old one');
  push(next.picture(true), 640);
  assert.equal(frames.at(-1), 'VP8 key');
  assert.equal(made.statistics.counters.lost, 0);
});

test('a source that said goodbye gives way at once', () => {
  const { made, push } = receiver({});
  push(new Camera(1).picture(true), 0);
  made.leave(1);
  assert.equal(made.mediaSsrc, undefined);
  push(new Camera(2, 7000).picture(true), 10);
  assert.equal(made.mediaSsrc, 2);
});

test('the codec is known by the payload type; unknown ones are not looked at', () => {
  const { made, frames, push } = receiver({}, { receive: [H264, VP8] });
  const idr = Buffer.from([
    0, 0, 0, 1, 0x67, 0x42, 0xe0, 0x1f, 0, 0, 0, 1, 0x68, 0xce, 0, 0, 0, 1, 0x65, 0x88, 0x80, 9,
  ]);
  const packets = new H264Packetiser({ packetizationMode: 1, maximumPayload: 1200 })
    .packetise(idr)
    .map(({ payload, marker }, index) =>
      packetOf({ payloadType: H264.payloadType, payload, marker, sequenceNumber: 100 - 3 + index, timestamp: 9 }),
    );
  push(packets, 0);
  push([packetOf({ payloadType: 33, sequenceNumber: 98 + packets.length, payload: Buffer.alloc(9), marker: true })], 5);
  assert.equal(made.statistics.counters.packets, packets.length);
  const camera = new Camera(1, 97 + packets.length);
  push(camera.picture(true), 40);
  assert.deepEqual(frames, ['H264 key', 'VP8 key']);
});

test('a party that has fallen silent is not asked for key frames for ever', () => {
  const { made, asked, push } = receiver({ pli: true, fir: true });
  push(new Camera().picture(false), 0);
  for (let now = 0; now < 60_000; now += 100) {
    made.tick(now, undefined);
  }
  assert.ok(asked.length >= 4 && asked.length <= 7, `asked ${asked.length} times`);
});
