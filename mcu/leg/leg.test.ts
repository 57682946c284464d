import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, test } from 'node:test';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { parseRtcp, type RtcpPacket, type WritableRtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket, type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { Vp8Packetiser } from '#codecs/rtp/payload/vp8-packetiser.ts';
import { Clock } from '../engine/clock.ts';
import type { LegDesired } from '../engine/protocol.ts';
import { audioMedia, packetOf, VP8, videoMedia, vp8Frame } from './example-media.ts';
import { Leg } from './leg.ts';

const LOOPBACK = '127.0.0.1';
/** What was sent over loopback has been read: a timer that is late runs before the sockets, a turn after them. */
async function arrived(): Promise<void> {
  await pause(30);
  await turn();
  await turn();
}
/** The same where it is known what comes of it: on a busy machine it takes longer. */
async function arrivedWith(isThere: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !isThere(); tries++) {
    await arrived();
  }
}
const clock = new Clock(Clock.measureWallOffset());
let nextPort = 24_000 + 16 * (process.pid % 250);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) {
    close();
  }
});

/** The party: one socket for its picture, RTP and RTCP multiplexed. */
class Party {
  readonly socket: Socket = createSocket('udp4');
  readonly rtp: RtpPacket[] = [];
  readonly rtcp: RtcpPacket[] = [];

  constructor() {
    this.socket.on('message', (datagram) => {
      const packet = isRtcp(datagram) ? undefined : parseRtpPacket(datagram);
      if (packet === undefined) {
        this.rtcp.push(...(parseRtcp(datagram) ?? []));
      } else {
        this.rtp.push(packet);
      }
    });
    closing.push(() => this.socket.close());
  }

  async open(): Promise<{ address: string; port: number }> {
    this.socket.bind(0, LOOPBACK);
    await once(this.socket, 'listening');
    return { address: LOOPBACK, port: this.socket.address().port };
  }
}

async function call(outputs: NonNullable<LegDesired['video']>['outputs'], address = LOOPBACK) {
  const party = new Party();
  const remote = await party.open();
  const port = nextPort;
  nextPort += 4;
  const told: string[] = [];
  const tell =
    (what: string) =>
    (...facts: unknown[]): void => {
      told.push([what, ...facts.filter((fact) => typeof fact === 'string')].join(' '));
    };
  const withMedia: LegDesired = {
    id: 'leg',
    lesson: 'lesson',
    name: 'Room',
    cname: 'ours',
    cameraOff: false,
    audio: { local: { address: LOOPBACK, port }, ssrc: 3, media: audioMedia() },
    video: {
      local: { address, port: port + 2 },
      outputs,
      media: videoMedia({ remote, remoteRtcp: remote, rtcpMux: true }),
    },
  };
  const planned: LegDesired = {
    ...withMedia,
    audio: { local: { address: LOOPBACK, port }, ssrc: 3 },
    video: { local: { address, port: port + 2 }, outputs: [] },
  };
  // As calls do: the ports are held before anything is negotiated.
  const leg = new Leg(planned, clock, {
    guarded: (work) => work(),
    frame: tell('frame'),
    packet: tell('packet'),
    sourceKeyFrameAsked: tell('source-key-frame'),
    keyFrameAsked: tell('key-frame'),
    keyFrameWantedBySignalling: tell('signalling'),
    dtmf: tell('dtmf'),
    fault: tell('fault'),
  });
  await leg.bind();
  leg.update(withMedia);
  let closed = false;
  const close = () => {
    if (!closed) {
      closed = true;
      leg.close();
    }
  };
  closing.push(close);
  const feedback = (...packets: WritableRtcpPacket[]) => {
    const head: WritableRtcpPacket[] = [
      { type: 'receiver-report', ssrc: 77, reports: [] },
      { type: 'source-description', chunks: [{ ssrc: 77, cname: 'party' }] },
    ];
    party.socket.send(writeCompound([...head, ...packets]), port + 2, LOOPBACK);
  };
  return { leg, party, told, port, feedback, close, withMedia, planned };
}

function picture() {
  return new Vp8Packetiser({ maximumPayload: 100, pictureId: 1 }).packetise(vp8Frame(true));
}

test('the clocks of a source are told with its first picture, and everything of ours has one identifier', async () => {
  const { leg, party, told, port } = await call([{ ssrc: 9, rendition: 'r' }]);
  leg.video?.picture('r', picture(), true, clock.now());
  leg.tick(clock.now() + 100);
  await arrived();
  assert.equal(party.rtp.length, 3);
  const [report] = party.rtcp.filter((packet) => packet.type === 'sender-report');
  assert.equal(report?.ssrc, 9);
  // The party sends something that cannot be decoded: the request for a key frame comes from the same source.
  const [packet] = new Vp8Packetiser({ maximumPayload: 1000, pictureId: 1 }).packetise(vp8Frame(false));
  assert.ok(packet);
  const { payloadType } = VP8;
  party.socket.send(writeRtpPacket(packetOf({ ...packet, payloadType, ssrc: 78 })), port + 2, LOOPBACK);
  await arrived();
  leg.tick(clock.now());
  await arrived();
  const pli = party.rtcp.find((candidate) => candidate.type === 'pli');
  assert.deepEqual(pli, { type: 'pli', senderSsrc: 9, mediaSsrc: 78 });
  assert.deepEqual(told, ['packet leg', 'frame leg VP8']);
});

test('a key frame of the only rendition is given even to who names a wrong source', async () => {
  const { leg, told, feedback } = await call([{ ssrc: 9, rendition: 'r' }]);
  feedback({ type: 'pli', senderSsrc: 77, mediaSsrc: 4711 });
  feedback({ type: 'fir', senderSsrc: 77, entries: [{ ssrc: 9, sequenceNumber: 1 }] });
  await arrived();
  assert.deepEqual(told, ['key-frame r', 'key-frame r']);
  // Both are told for diagnosis as well: the datagrams, and who asked how.
  const events = leg.trace.take('leg', false)?.events ?? [];
  const wanted = events.flatMap((event) => (event.kind === 'key-frame' ? [`${event.step} ${event.way}`] : []));
  assert.deepEqual(wanted, ['wanted pli', 'wanted fir']);
  const received = events.flatMap((event) => (event.kind === 'rtcp' && event.direction === 'in' ? [event] : []));
  assert.deepEqual(
    received.map(({ media, bytes }) => [media, parseRtcp(bytes)?.at(-1)?.type]),
    [
      ['video', 'pli'],
      ['video', 'fir'],
    ],
  );
});

test('a flood of requests for key frames costs the others few, and the last of them is answered', async () => {
  const { leg, told, feedback } = await call([{ ssrc: 9, rendition: 'r' }], '0.0.0.0');
  const loss: WritableRtcpPacket = { type: 'pli', senderSsrc: 77, mediaSsrc: 9 };
  for (let count = 0; count < 50; count++) {
    feedback(loss, { type: 'fir', senderSsrc: 77, entries: [{ ssrc: 9, sequenceNumber: count & 0xff }] }, loss);
  }
  await arrivedWith(() => told.length >= 4);
  await arrived();
  const given = told.length;
  assert.ok(given >= 2 && given <= 5, `${given} for 150`);
  leg.tick(clock.now() + 1100);
  leg.tick(clock.now() + 1100);
  assert.equal(told.length, given + 1);
});

test('who probes the ports gets nothing back, before anything is negotiated, in the call and after it', async () => {
  const prober = createSocket('udp4');
  closing.push(() => prober.close());
  let back = 0;
  prober.on('message', () => {
    back += 1;
  });
  prober.bind(0, '127.0.0.2');
  await once(prober, 'listening');
  const { leg, port, planned, withMedia, close } = await call([{ ssrc: 9, rendition: 'r' }]);
  const probe = async (): Promise<void> => {
    for (let offset = 0; offset < 4; offset++) {
      const send = (datagram: Buffer) => prober.send(datagram, port + offset, LOOPBACK);
      send(Buffer.alloc(0));
      send(Buffer.from('000100002112a442000102030405060708090a0b', 'hex'));
      for (const payloadType of [0, 8, 96, 97, VP8.payloadType]) {
        for (const ssrc of [0, 9, 77]) {
          send(writeRtpPacket(packetOf({ payloadType, ssrc, sequenceNumber: ssrc, payload: Buffer.alloc(160) })));
        }
      }
      const description: WritableRtcpPacket = { type: 'source-description', chunks: [{ ssrc: 77, cname: 'x' }] };
      const pli: WritableRtcpPacket = { type: 'pli', senderSsrc: 77, mediaSsrc: 9 };
      send(writeCompound([{ type: 'receiver-report', ssrc: 77, reports: [] }, description, pli]));
    }
    await arrivedWith(() => refused() >= expected);
    leg.video?.picture('r', picture(), true, clock.now());
    leg.tick(clock.now() + 5000);
    await arrived();
  };
  const refused = () => Object.values(leg.figures(clock.now()).dropped).reduce((total, count) => total + count, 0);
  // Datagrams of a probe: 18 to each of four ports.
  let expected = 72;
  leg.update(planned);
  await probe();
  leg.update(withMedia);
  expected = 144;
  await probe();
  assert.equal(refused(), expected);
  close();
  expected = 0;
  await probe();
  assert.equal(back, 0);
});

test('of several layers only the one meant gives a key frame', async () => {
  const { told, feedback } = await call([
    { ssrc: 9, rendition: 'low' },
    { ssrc: 10, rendition: 'high' },
  ]);
  feedback({ type: 'pli', senderSsrc: 77, mediaSsrc: 10 });
  feedback({ type: 'pli', senderSsrc: 77, mediaSsrc: 4711 });
  await arrived();
  assert.deepEqual(told, ['key-frame high']);
});

test('a key frame of a picture that is sent on as it is, is asked of its sender', async () => {
  const { leg, party, told, feedback } = await call([{ ssrc: 9, source: 'room' }]);
  feedback({ type: 'pli', senderSsrc: 77, mediaSsrc: 9 });
  leg.video?.forward('room', packetOf({ ssrc: 4, payload: Buffer.from('x') }), 0);
  leg.video?.forward('another', packetOf({ ssrc: 5 }), 0);
  await arrived();
  assert.deepEqual(told, ['source-key-frame room']);
  assert.deepEqual(
    party.rtp.map(({ ssrc }) => ssrc),
    [9],
  );
});

test('NACK brings a packet again', async () => {
  const { leg, party, feedback } = await call([{ ssrc: 9, rendition: 'r' }]);
  leg.video?.picture('r', picture(), true, clock.now());
  leg.tick(clock.now() + 100);
  await arrived();
  const [lost] = party.rtp;
  assert.ok(lost);
  feedback({ type: 'nack', senderSsrc: 77, mediaSsrc: 9, sequenceNumbers: [lost.sequenceNumber] });
  await arrived();
  assert.deepEqual(party.rtp.at(-1), lost);
});

test('a stream that is taken away sends nothing more; its figures stay; a goodbye ends the leg', async () => {
  const { leg, party, withMedia, planned, close } = await call([{ ssrc: 9, rendition: 'r' }]);
  leg.video?.picture('r', picture(), true, clock.now());
  leg.tick(clock.now() + 100);
  leg.update(planned);
  leg.video?.picture('r', picture(), true, clock.now());
  leg.tick(clock.now() + 5000);
  await arrived();
  assert.equal(party.rtp.length, 3);
  assert.ok(leg.accepts(withMedia));
  assert.equal(leg.soundParty()?.listen, undefined);
  leg.update(withMedia);
  leg.video?.picture('r', picture(), false, clock.now());
  leg.tick(clock.now() + 10_000);
  await arrived();
  assert.equal(party.rtp.length, 3, 'it begins anew with a key frame');
  close();
  await arrived();
  assert.deepEqual(party.rtcp.at(-1), { type: 'goodbye', ssrcs: [9] });
});

test('a leg whose ports are taken leaves none of its sockets open', async () => {
  const taken = createSocket('udp4');
  const port = nextPort;
  nextPort += 4;
  taken.bind(port + 3, LOOPBACK);
  await once(taken, 'listening');
  const output = { frame() {}, packet() {}, sourceKeyFrameAsked() {}, keyFrameAsked() {} };
  const others = { keyFrameWantedBySignalling() {}, dtmf() {}, fault() {}, guarded: (work: () => void) => work() };
  const desired: LegDesired = {
    id: 'leg',
    lesson: 'lesson',
    name: '',
    cname: 'ours',
    cameraOff: false,
    audio: { local: { address: LOOPBACK, port }, ssrc: 3 },
    video: { local: { address: LOOPBACK, port: port + 2 }, outputs: [] },
  };
  const leg = new Leg(desired, new Clock(0), { ...output, ...others });
  await assert.rejects(leg.bind(), { code: 'EADDRINUSE' });
  taken.close();
  await once(taken, 'close');
  const again = new Leg(desired, new Clock(0), { ...output, ...others });
  await again.bind();
  again.close();
});
