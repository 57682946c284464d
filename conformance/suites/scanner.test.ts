import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { GUARD_DROPS } from '#signaling/sip/edge/guard/sip-guard.ts';
import { OrderedProgram } from '../abuse/ordered-program.ts';
import { scanReport } from '../abuse/scan-protocol.ts';
import { processTime } from '../bench-run/process-time.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop, type SoundLoop } from '../host/sound-loop.ts';
import { type FrameBalance, MissedFrames } from '../measurement/missed-frames.ts';
import { addRoomAddresses } from '../network/room-addresses.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Exposition } from '../prometheus/exposition.ts';
import { RunningService } from '../service/running-service.ts';
import { callsIn } from '../service/service-api.ts';

// A lesson goes on while scanners look for users and passwords at the SIP port. They are banned; a room that shares the
// address of one keeps its call.

const CODE = 'maths-3a';
const LOOP = 100;
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 400_000, frames: LOOP };
const SCAN = fileURLToPath(new URL('../abuse/send-scan.ts', import.meta.url));
/** Requests a second, and for how long. */
const RATE = 1000;
const SECONDS = 60;
/** Share of the frames by which more may be late in the scan than while as much was sent to another port. */
const MARGIN = 0.02;
/** Scans until one costs no frame: the machine may stand still in one of them, a scan that costs frames does so in each. */
const SCANS = 2;
/** s into a part of the lesson after which a room joins. */
const JOIN_AT = 10;
/** A port of the service where nobody listens. */
const NOBODY = 5059;
/** ms that a picture may stand still, and that a room may take from dialling to its first picture. */
const LONGEST = 2000;
const LONGEST_JOIN = 2000;
/** Datagrams that a scanner gets back at the most: the refusals of its budget, those of INVITE up to eleven times (Timer G). */
const ANSWERS = 600;
/** Share of all requests that are not answered: those at the address of a room in a call may be a few more. */
const UNREAD = 0.9;

let service: RunningService;
let program: OrderedProgram;
let sound: SoundLoop;
const pictures: PictureLoop[] = [];
const signallings: HostSignalling[] = [];
let addresses: string[] = [];

before(async () => {
  addresses = addRoomAddresses([10, 20, 66, 67, 68]);
  for (const host of [1, 2, 3, 4]) {
    pictures.push(await encodePictureLoop({ ...CAMERA, host }));
  }
  sound = await encodeToneLoop('opus', 440);
  program = new OrderedProgram(SCAN);
  service = await RunningService.start({
    CLASSBRIDGE_MEDIA_PICTURE_SIZE: '720p',
    // No number: the scanners do not find it.
    CLASSBRIDGE_LESSONS_CLASSES: JSON.stringify([{ code: CODE, title: CODE }]),
  });
});

after(async () => {
  await program?.stop();
  for (const signalling of signallings) {
    await signalling.close();
  }
  await service?.stop();
});

async function openHost(name: string, picture: number, address: string): Promise<SimulatedHost> {
  const loop = pictures[picture - 1];
  assert.ok(loop);
  const signalling = await HostSignalling.open(address);
  signallings.push(signalling);
  return SimulatedHost.open({ signalling, name, pictures: [loop], sounds: [sound] });
}

/** How the picture of one host comes to another one. */
function watch(viewer: SimulatedHost, shown: number): MissedFrames {
  const frames = new MissedFrames(LOOP);
  viewer.media.on('picture', ({ at, marks }) => {
    for (const { host, frame } of marks) {
      if (host === shown) {
        frames.shown(frame, at);
      }
    }
  });
  return frames;
}

/** ms from dialling to the first picture. */
async function join(host: SimulatedHost): Promise<number> {
  const first = host.media.waitForPicture(({ marks }) => marks.length > 0, 10_000);
  const begin = performance.now();
  await host.dial(service.sipUri(CODE));
  return ((await first)?.at ?? Number.POSITIVE_INFINITY) - begin;
}

async function bans(): Promise<string[]> {
  const { body } = await service.api('GET', '/bans');
  const { bans: list } = z.object({ bans: z.array(z.object({ source: z.string() })) }).parse(JSON.parse(body));
  return list.map(({ source }) => source).sort();
}

const shareOf = ({ shown, missed }: FrameBalance, count: number) => count / (shown + missed);
const ofBalance = ({ shown, missed, late, longest }: FrameBalance) =>
  `${shown} shown, ${missed} missed, ${late} late, longest ${Math.round(longest)} ms`;
/** What a part of the lesson was like. */
interface Part {
  readonly frames: readonly FrameBalance[];
  /** ms of processor time that the gateway used, and of time. */
  readonly used: number;
  readonly elapsed: number;
  /** Packets of the hosts' media that did not come, on either way. */
  readonly lost: number;
  /** Pictures that were decoded and not shown, and beats of the mix that were skipped. */
  readonly leftOut: number;
  readonly skipped: number;
}

/** A part in which was scanned; ms from dialling to the first picture of the room that came. */
interface Scan {
  readonly lesson: Part;
  readonly joins: readonly number[];
  readonly report: z.infer<typeof scanReport>;
}

/** Whether each frame was shown. */
const isWhole = ({ frames }: Part) => frames.every(({ missed }) => missed === 0);
/** Whether no more frames were missed than in another part, in any view: the machine itself may have stood still. */
const isNoWorse = ({ frames }: Part, usual: Part) =>
  frames.every(({ missed }, index) => missed <= (usual.frames[index]?.missed ?? 0));

/** Two parts as one. */
function together(one: Part, other: Part): Part {
  const frames = one.frames.map((balance, index) => {
    const added = other.frames[index] ?? balance;
    const longest = Math.max(balance.longest, added.longest);
    const { shown, missed, late } = balance;
    return { shown: shown + added.shown, missed: missed + added.missed, late: late + added.late, longest };
  });
  return {
    frames,
    used: one.used + other.used,
    elapsed: one.elapsed + other.elapsed,
    lost: one.lost + other.lost,
    leftOut: one.leftOut + other.leftOut,
    skipped: one.skipped + other.skipped,
  };
}

function asText({ frames, used, elapsed, lost, leftOut, skipped }: Part): string {
  const gateway = `gateway ${((100 * used) / elapsed).toFixed(1)} % of a core`;
  const counted = `${lost} packets lost, ${leftOut} pictures left out, ${skipped} beats skipped`;
  return `${gateway}; ${counted}; ${frames.map(ofBalance).join('; ')}`;
}

test('a minute of 1,000 scanning requests a second disturbs no lesson', { timeout: 300_000 }, async (t) => {
  const { room } = currentTestNetwork();
  const [second = '', third = '', shared = '', stranger = '', known = ''] = addresses;
  const one = await openHost('One', 1, room.address);
  const two = await openHost('Two', 2, second);
  const neighbour = await openHost('Neighbour', 3, shared);
  try {
    for (const host of [one, two, neighbour]) {
      await join(host);
    }
    await Promise.all([one, two].map((host) => host.media.waitForPicture(({ marks }) => marks.length === 3, 5000)));
    await sleep(2000);
    const flows = [watch(one, 2), watch(two, 1), watch(one, 3)];
    /** What was lost of all pictures so far. */
    const losses = async () => {
      const read = new Exposition(await service.metrics());
      const received = [one, two, neighbour].flatMap(({ media }) => Object.values(media.received));
      return {
        lost:
          read.sum('classbridge_rtp_packets_lost_total', { direction: 'in' }) +
          received.reduce((sum, { lost }) => sum + lost, 0),
        leftOut: read.sum('classbridge_pictures_left_out_total'),
        skipped: read.sum('classbridge_engine_ticks_skipped_total'),
      };
    };
    /** Lets the lesson go on for a while; a room comes into it and leaves where that is wanted. */
    const part = async (seconds: number, joins?: number[]): Promise<Part> => {
      for (const flow of flows) {
        flow.take(performance.now());
      }
      const before = await losses();
      const [begin, used] = [performance.now(), processTime(service.gateway)];
      await sleep(1000 * JOIN_AT);
      if (joins !== undefined) {
        const guest = await openHost('Guest', 4, third);
        joins.push(await join(guest).finally(() => guest.hangUp()));
      }
      await sleep(Math.max(0, begin + 1000 * seconds - performance.now()));
      const frames = flows.map((flow) => flow.take(performance.now()));
      const after = await losses();
      return {
        frames,
        used: processTime(service.gateway) - used,
        elapsed: performance.now() - begin,
        lost: after.lost - before.lost,
        leftOut: after.leftOut - before.leftOut,
        skipped: after.skipped - before.skipped,
      };
    };

    const from = [
      { address: shared, userAgent: '' },
      { address: stranger, userAgent: 'Exchange 1.0' },
      { address: known, userAgent: 'friendly-scanner' },
    ];
    /** A part of the lesson in which this is sent to a port of the service. */
    const scanned = async (port: number, seconds: number, joins?: number[]) => {
      const order = { seed: 1, from, to: { address: service.address, port }, rate: RATE, seconds };
      const sending = program.order(order, 1000 * seconds + 30_000);
      const lesson = await part(seconds, joins);
      return { lesson, report: scanReport.parse(await sending) };
    };
    // Before and after as much is sent to where nobody listens: what sending costs the machine, and what else it does, is in
    // both.
    const { lesson: earlier } = await scanned(NOBODY, SECONDS / 2, []);
    const scans: Scan[] = [];
    while (scans.length < SCANS && !scans.some(({ lesson }) => isWhole(lesson))) {
      for (const source of await bans()) {
        await service.api('DELETE', `/bans/${source}`);
      }
      const joins: number[] = [];
      scans.push({ joins, ...(await scanned(service.sipPort, SECONDS, joins)) });
    }
    const { lesson: later } = await scanned(NOBODY, SECONDS / 2);
    const quiet = together(earlier, later);

    const told = [
      `sent to another port: ${asText(quiet)}`,
      ...scans.map(
        ({ lesson, joins, report: { sent, elapsed, answers } }) =>
          `in the scan of ${sent} requests in ${Math.round(elapsed)} ms, answers ${JSON.stringify(answers)}: ${asText(lesson)}; a room joined in ${joins.map(Math.round)} ms`,
      ),
    ];
    for (const line of told) {
      t.diagnostic(line);
    }
    for (const { lesson, joins, report } of scans) {
      assert.equal(lesson.lost, 0, told.join('\n'));
      for (const [index, usual] of quiet.frames.entries()) {
        const during = lesson.frames[index];
        assert.ok(during);
        assert.ok(shareOf(during, during.late) <= shareOf(usual, usual.late) + MARGIN, told.join('\n'));
        assert.ok(during.longest <= Math.max(LONGEST, usual.longest), told.join('\n'));
      }
      assert.equal(report.sent, RATE * SECONDS);
      assert.ok(report.elapsed < 1100 * SECONDS, 'the scan went at its rate');
      assert.ok(joins.length === 1 && (joins[0] ?? 0) <= LONGEST_JOIN, `a room joined within ${joins} ms`);
      assert.equal(report.answers[known], 0);
      assert.ok((report.answers[stranger] ?? 0) > 10 && (report.answers[stranger] ?? 0) <= ANSWERS);
    }
    assert.ok(
      scans.some(({ lesson }) => isNoWorse(lesson, quiet)),
      told.join('\n'),
    );
    assert.deepEqual(await bans(), [stranger, known].sort(), 'the address with a room in a call is not banned');
    const dropped = await Promise.all(
      GUARD_DROPS.map((reason) => service.metric(`classbridge_sip_guard_dropped_total{reason="${reason}"}`)),
    );
    const share = dropped.reduce<number>((sum, count) => sum + (count ?? 0), 0) / (scans.length * RATE * SECONDS);
    assert.ok(share > UNREAD, `${share} of the requests were dropped unread`);
    const refusals = service.events.filter(({ event }) => event === 'call-refused').length;
    assert.ok(refusals > 0 && refusals <= 30 * scans.length, `${refusals} lines about refused calls`);

    assert.deepEqual(
      [one, two, neighbour].map(({ endedByPeer }) => endedByPeer),
      [false, false, false],
    );
    // Its BYE is heard and answered, though nothing new was taken from its address.
    await neighbour.hangUp();
    assert.equal((await callsIn(service, CODE)).length, 2);
    assert.equal((await service.api('DELETE', `/bans/${stranger}`)).status, 204);
    const lifted = await openHost('Lifted', 3, stranger);
    try {
      assert.ok((await join(lifted)) <= LONGEST_JOIN, 'a room calls from the address whose ban was lifted');
    } finally {
      await lifted.hangUp();
    }
  } catch (error) {
    console.error(service.output.slice(-4000));
    throw error;
  } finally {
    await Promise.all([one, two, neighbour].map((host) => host.hangUp()));
  }
});
