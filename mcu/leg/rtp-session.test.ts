import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, test } from 'node:test';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { parseRtcp, type RtcpPacket, writeCompound } from '#codecs/rtcp/packet.ts';
import { isRtcp, parseRtpPacket, type RtpPacket, writeRtpPacket } from '#codecs/rtp/packet.ts';
import { NONE_DROPPED } from './drop-reason.ts';
import { PCMU, packetOf } from './example-media.ts';
import { SOUND_RATE } from './receive-limit.ts';
import { RtpSession } from './rtp-session.ts';
import type { SessionPeer } from './session-door.ts';

const LOOPBACK = '127.0.0.1';
const SDES = { type: 'source-description', chunks: [{ ssrc: 5, cname: 'peer' }] } as const;
const REPORT = writeCompound([{ type: 'receiver-report', ssrc: 5, reports: [] }, SDES]);

const NO_INPUT = { rtp: () => {}, rtcp: () => {} };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) {
    close();
  }
});

/** A socket that keeps what it is sent, and from which port. */
class Ear {
  readonly socket: Socket;
  readonly rtp: RtpPacket[] = [];
  readonly rtcp: RtcpPacket[] = [];
  readonly from = new Set<number>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (datagram, { port }) => {
      this.from.add(port);
      const packet = isRtcp(datagram) ? undefined : parseRtpPacket(datagram);
      if (packet === undefined) {
        this.rtcp.push(...(parseRtcp(datagram) ?? []));
      } else {
        this.rtp.push(packet);
      }
    });
  }

  get address(): { address: string; port: number } {
    return { address: LOOPBACK, port: this.socket.address().port };
  }

  /** The types of the RTCP packets that came. */
  get types(): string[] {
    return this.rtcp.map(({ type }) => type);
  }
}

async function ear(): Promise<Ear> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  closing.push(() => socket.close());
  return new Ear(socket);
}

let nextPort = 23_000 + 16 * (process.pid % 250);

type Peer = Omit<SessionPeer, 'receive'>;

async function session(peer: Peer | undefined, now: () => number = () => performance.now()) {
  const port = nextPort;
  nextPort += 2;
  const rtp: RtpPacket[] = [];
  const rtcp: RtcpPacket[] = [];
  const input = { rtp: (packet: RtpPacket) => rtp.push(packet), rtcp: (packet: RtcpPacket) => rtcp.push(packet) };
  const made = new RtpSession({ address: LOOPBACK, port }, 'ours', SOUND_RATE, input, now);
  await made.bind();
  let closed = false;
  const close = (ssrcs: number[] = []) => {
    if (!closed) {
      closed = true;
      made.close(ssrcs);
    }
  };
  closing.push(close);
  const update = (changed: Peer) => made.update({ ...changed, receive: [PCMU] }, 64_000, SOUND_RATE);
  if (peer !== undefined) {
    update(peer);
  }
  return { made, port, rtp, rtcp, close, update };
}

/** What was sent over loopback has been read: a timer that is late runs before the sockets, a turn after them. */
async function arrived(): Promise<void> {
  await pause(30);
  await turn();
  await turn();
}

test('without rtcp-mux RTCP goes from its own port to the peer’s', async () => {
  const [media, control] = [await ear(), await ear()];
  const { made, port } = await session({ remote: media.address, remoteRtcp: control.address, rtcpMux: false });
  made.send(packetOf({ payloadType: 8, ssrc: 9, payload: Buffer.from('sound') }));
  made.report({ ssrc: 9, senderReports: [], reportBlock: undefined }, 0);
  await arrived();
  assert.deepEqual([...media.from], [port]);
  assert.deepEqual(media.types, []);
  assert.equal(Buffer.from(media.rtp[0]?.payload ?? []).toString(), 'sound');
  assert.deepEqual([...control.from], [port + 1]);
  assert.deepEqual(control.types, ['receiver-report', 'source-description']);
  assert.deepEqual(control.rtcp[1], { type: 'source-description', chunks: [{ ssrc: 9, cname: 'ours' }] });
});

test('keep-alives without payload show that the party is there, and are no media', async () => {
  const media = await ear();
  let now = 1000;
  const { made, port, rtp } = await session(
    { remote: media.address, remoteRtcp: media.address, rtcpMux: false },
    () => now,
  );
  assert.equal(made.heardAt, 1000);
  now = 20_000;
  media.socket.send(writeRtpPacket(packetOf({ payloadType: 127 })), port, LOOPBACK);
  await arrived();
  assert.deepEqual([made.heardAt, rtp], [20_000, []]);
  const stranger = await ear();
  now = 40_000;
  stranger.socket.send(writeRtpPacket(packetOf({ payloadType: 127 })), port, '127.0.0.1');
  await arrived();
  assert.equal(made.heardAt, 20_000);
});

test('with rtcp-mux both go and come on one port', async () => {
  const media = await ear();
  const peer = { remote: media.address, remoteRtcp: media.address, rtcpMux: true };
  const { made, port, rtp, rtcp } = await session(peer);
  made.send(packetOf({ ssrc: 9 }));
  made.report({ ssrc: 9, senderReports: [], reportBlock: undefined }, 0);
  media.socket.send(REPORT, port, LOOPBACK);
  media.socket.send(writeRtpPacket(packetOf({ ssrc: 4, payload: Buffer.alloc(8) })), port, LOOPBACK);
  await arrived();
  assert.deepEqual([...media.from], [port]);
  assert.equal(media.rtp.length, 1);
  assert.deepEqual(media.types, ['receiver-report', 'source-description']);
  assert.deepEqual(
    rtcp.map(({ type }) => type),
    ['receiver-report', 'source-description'],
  );
  assert.equal(rtp[0]?.ssrc, 4);
});

test('media follow a party behind NAT that shows packets in sequence; what is no RTP moves nothing', async () => {
  const [signalled, actual, stranger] = [await ear(), await ear(), await ear()];
  const peer = { remote: signalled.address, remoteRtcp: signalled.address, rtcpMux: false };
  const { made, port, rtp } = await session(peer);
  const send = (from: Ear, ssrc: number, ...numbers: number[]) => {
    for (const sequenceNumber of numbers) {
      from.socket.send(writeRtpPacket(packetOf({ ssrc, sequenceNumber, payload: Buffer.from('x') })), port, LOOPBACK);
    }
  };
  stranger.socket.send(Buffer.from('no RTP'), port, LOOPBACK);
  send(stranger, 6, 1);
  await arrived();
  assert.deepEqual(rtp, [], 'one packet proves nothing');
  made.send(packetOf({ ssrc: 9 }));
  send(actual, 4, 1, 2, 3);
  await arrived();
  send(stranger, 6, 2, 3, 4, 5, 6, 7, 8);
  await arrived();
  made.send(packetOf({ ssrc: 9 }));
  await arrived();
  assert.deepEqual([signalled.rtp.length, actual.rtp.length, stranger.rtp.length], [1, 1, 0]);
  assert.deepEqual(
    rtp.map(({ ssrc, sequenceNumber }) => [ssrc, sequenceNumber]),
    [
      [4, 1],
      [4, 2],
      [4, 3],
    ],
  );
  assert.deepEqual(made.dropped, { ...NONE_DROPPED, 'not-rtp': 1, unproven: 2, 'wrong-source': 7 });
});

test('nothing is taken or sent before the peer is known, nor sent to where nobody can be', async () => {
  const media = await ear();
  const { made, port, rtp, update } = await session(undefined);
  made.send(packetOf({ ssrc: 9 }));
  media.socket.send(writeRtpPacket(packetOf({ ssrc: 4 })), port, LOOPBACK);
  await arrived();
  assert.deepEqual(rtp, []);
  for (const address of ['0.0.0.0', '::', 'localhost']) {
    const target = { address, port: media.address.port };
    update({ remote: target, remoteRtcp: target, rtcpMux: true });
    made.send(packetOf({ ssrc: 9 }));
    await arrived();
    assert.equal(media.rtp.length, 0, address);
  }
});

test('whoever leaves says goodbye for all of his sources', async () => {
  const control = await ear();
  const { close } = await session({ remote: control.address, remoteRtcp: control.address, rtcpMux: false });
  close([9, 10]);
  await arrived();
  assert.deepEqual(control.rtcp.at(-1), { type: 'goodbye', ssrcs: [9, 10] });
  assert.equal(control.types[0], 'receiver-report', 'headed by a report (RFC 3550 §6.1)');
});

test('the ports are free at once for another session', async () => {
  const { port, close } = await session(undefined);
  close([9]);
  const other = new RtpSession({ address: LOOPBACK, port }, 'other', SOUND_RATE, NO_INPUT, () => 0);
  await other.bind();
  other.close([]);
});

test('a taken port is told and leaves nothing open', async () => {
  const taken = await ear();
  const { port } = taken.address;
  const below = new RtpSession({ address: LOOPBACK, port: port - 1 }, 'x', SOUND_RATE, NO_INPUT, () => 0);
  await assert.rejects(below.bind(), { code: 'EADDRINUSE' });
  const socket = createSocket('udp4');
  socket.bind(port - 1, LOOPBACK);
  await once(socket, 'listening');
  socket.close();
});

test('each source has a sender report of its own, the first with what is received', async () => {
  const control = await ear();
  const { made } = await session({ remote: control.address, remoteRtcp: control.address, rtcpMux: false });
  const block = {
    ssrc: 4,
    fractionLost: 1,
    cumulativeLost: 2,
    extendedHighestSequenceNumber: 3,
    jitter: 4,
    lastSenderReport: 5,
    delaySinceLastSenderReport: 6,
  };
  const report = { type: 'sender-report', ntp: { seconds: 1, fraction: 2 }, rtpTimestamp: 3 } as const;
  const counted = { packetCount: 4, octetCount: 5, reports: [] };
  const senderReports = [9, 10].map((ssrc) => ({ ...report, ...counted, ssrc }));
  made.report({ ssrc: 9, senderReports, reportBlock: block }, 0);
  await arrived();
  const reports = control.rtcp.filter((packet) => packet.type === 'sender-report');
  assert.deepEqual(
    reports.map(({ ssrc, reports: blocks }) => [ssrc, blocks.length]),
    [
      [9, 1],
      [10, 0],
    ],
  );
});

test('regular reports are due about once a second; feedback keeps to its share', async () => {
  let now = 0;
  const control = await ear();
  const peer = { remote: control.address, remoteRtcp: control.address, rtcpMux: false };
  const { made } = await session(peer, () => now);
  let reports = 0;
  for (; now < 20_000; now += 5) {
    if (made.reportDue(now)) {
      reports += 1;
      made.report({ ssrc: 9, senderReports: [], reportBlock: undefined }, now);
    }
  }
  assert.ok(reports >= 13 && reports <= 40, `${reports} reports in 20 s`);
  await arrived();
  control.rtcp.length = 0;
  for (let count = 0; count < 500; count++) {
    made.sendFeedback([{ type: 'pli', senderSsrc: 9, mediaSsrc: 4 }], 9, now);
  }
  await arrived();
  const plis = control.types.filter((type) => type === 'pli').length;
  assert.ok(plis >= 5 && plis < 100, `${plis} of 500 in one moment`);
});
