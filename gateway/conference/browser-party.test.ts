import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Producer } from 'mediasoup/types';
import { mediasoupWorkerPath } from '#deploy/worker.ts';
import { Sfu } from '#mcu/sfu/sfu.ts';
import type { BrowserSide } from './browser-side.ts';
import { exampleConference } from './example-conference.ts';
import { AUDIO, ExamplePage, VIDEO } from './example-page.ts';
import { ExampleParty, roomPlan } from './example-parties.ts';

const FIRST = 31_000 + 20 * (process.pid % 40);

let sfu: Sfu;
before(async () => {
  sfu = await Sfu.start({
    workerBinary: mediasoupWorkerPath(),
    listen: { addresses: ['127.0.0.1'], port: 13_000 + (process.pid % 900) },
    announcedAddress: undefined,
    relayPorts: { from: FIRST, to: FIRST + 19 },
  });
});
after(() => sfu.close());

/** How many ways to the engine the media server still has room for: all 20 where nothing leaks. */
async function freeRelays(): Promise<number> {
  const room = await sfu.openRoom();
  let count = 0;
  try {
    for (;;) {
      await room.openRelay(40_000);
      count += 1;
    }
  } catch {
    return count;
  } finally {
    room.close();
  }
}

function lessons(ports = { from: 20_000, to: 20_019 }) {
  const { conference, engine, ended } = exampleConference({ sfu: () => sfu, ports });
  const isClean = async () => {
    // What was under way in the media server when its page left is closed when it is there.
    for (let tries = 0; tries < 100 && (await freeRelays()) < 20; tries++) {
      await turn();
    }
    assert.deepEqual(conference.lessons, []);
    assert.deepEqual(engine.last?.legs, []);
    const held = await conference.holdPorts(new ExampleParty('x'), (ports.to - ports.from + 1) / 2, () => undefined);
    assert.ok(held, 'ports are missing');
    held.release();
    assert.equal(await freeRelays(), 20);
  };
  return { conference, engine, ended, isClean };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test('a page joins, is sent the mix, sends its own, and leaves nothing behind', async () => {
  const { conference, engine, ended, isClean } = lessons();
  const page = new ExamplePage(conference);
  const joined = await page.join();
  assert.equal(joined.title, 'Mathematics');
  assert.deepEqual(
    engine.last?.legs.map(({ id }) => id),
    [joined.party, 'mix-1001'],
  );
  await page.ask({ type: 'ready', rtpCapabilities: joined.routerRtpCapabilities });
  assert.deepEqual(page.consumers, ['audio mix', 'video mix']);
  await page.ask({ type: 'produce', kind: 'audio', rtpParameters: AUDIO });
  await page.ask({ type: 'produce', kind: 'video', rtpParameters: VIDEO });
  const leg = engine.last?.legs.find(({ id }) => id === joined.party);
  assert.deepEqual([leg?.audio?.media?.direction, leg?.video?.media?.direction], ['sendrecv', 'recvonly']);
  assert.equal(leg?.cameraOff, false);
  assert.deepEqual(leg?.video?.outputs, [], 'the mix comes by way of the media server');
  await page.ask({ type: 'mute', kind: 'video', muted: true });
  assert.equal(engine.last?.legs.find(({ id }) => id === joined.party)?.cameraOff, true);
  await assert.rejects(page.ask({ type: 'produce', kind: 'video', rtpParameters: AUDIO }), /media-failed/);
  await assert.rejects(page.ask({ type: 'connect', transport: joined.send.id, dtlsParameters: {} }), /media-failed/);
  await assert.rejects(page.ask({ type: 'resume', consumer: 'none' }), /media-failed/);
  await page.ask({ type: 'leave' });
  assert.deepEqual(ended, ['remote-hangup']);
  await isClean();
});

test('a page that says ready over and over has one sound and one picture', async () => {
  const { conference, isClean } = lessons();
  const page = new ExamplePage(conference);
  const joined = await page.join();
  for (let count = 0; count < 20; count++) {
    await page.ask({ type: 'ready', rtpCapabilities: joined.routerRtpCapabilities });
  }
  assert.deepEqual(page.consumers.toSorted(), ['audio mix', 'video mix']);
  page.vanish();
  await isClean();
});

test('a page may vanish at any moment of joining', async () => {
  for (let wait = 0; wait < 14; wait++) {
    const { conference, ended, isClean } = lessons();
    const page = new ExamplePage(conference);
    const joining = page.join().catch(() => undefined);
    for (let count = 0; count < wait; count++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    page.vanish();
    await Promise.race([joining, turn()]);
    await turn();
    assert.deepEqual(ended, ['connection-lost'], `after ${wait} turns`);
    await isClean();
  }
});

test('when all browsers are gone nothing is mixed for them any more, and the rooms stay', async () => {
  const { conference, engine } = lessons();
  const room = new ExampleParty('room', roomPlan(20_000));
  conference.enter('1001', () => room);
  const [a, b] = [new ExamplePage(conference), new ExamplePage(conference)];
  await Promise.all([a.join(), b.join()]);
  assert.equal(engine.last?.renditions.length, 3);
  a.vanish();
  assert.equal(engine.last?.renditions.length, 3);
  b.vanish();
  assert.deepEqual(
    engine.last?.legs.map(({ id }) => id),
    ['room'],
  );
  assert.equal(engine.last?.renditions.length, 1);
  assert.equal(await freeRelays(), 20);
});

test('no ports left, or no way left to the engine, and the page is told; nothing stays', async () => {
  const few = lessons({ from: 20_000, to: 20_003 });
  await assert.rejects(new ExamplePage(few.conference).join(), /internal-error/, 'two for the page, none for the mix');
  await few.isClean();
  const none = lessons({ from: 20_000, to: 20_001 });
  await assert.rejects(new ExamplePage(none.conference).join(), /lesson-full/);
  await none.isClean();
  const blocked = lessons();
  const room = await sfu.openRoom();
  for (let count = 0; count < 18; count++) {
    await room.openRelay(40_000);
  }
  await assert.rejects(new ExamplePage(blocked.conference).join(), /internal-error/);
  room.close();
  await blocked.isClean();
});

/** A room whose own picture can be shown, or not. */
class PicturedRoom extends ExampleParty {
  readonly #picture: (side: BrowserSide) => Promise<Producer | undefined>;

  constructor(id: string, picture: (side: BrowserSide) => Promise<Producer | undefined>) {
    super(id, roomPlan(20_010));
    this.#picture = picture;
  }

  override ownPicture(side: BrowserSide): Promise<Producer | undefined> {
    return this.#picture(side);
  }
}

test('single sources: every room that can be shown is shown, though another cannot', async () => {
  const { conference } = lessons();
  conference.enter('1001', () => new PicturedRoom('broken', () => Promise.reject(new Error('no port'))));
  conference.enter(
    '1001',
    () => new PicturedRoom('h264', async (side) => (await side.forward('h264', 'H264')).producer),
  );
  conference.enter('1001', () => new PicturedRoom('vp8', async (side) => (await side.forward('vp8', 'VP8')).producer));
  const [page, other] = [new ExamplePage(conference), new ExamplePage(conference)];
  const joined = await page.join('sources');
  const { codecs = [], ...rest } = joined.routerRtpCapabilities as { codecs?: { mimeType: string }[] };
  const withoutH264 = { ...rest, codecs: codecs.filter(({ mimeType }) => mimeType !== 'video/H264') };
  await Promise.all([
    page.ask({ type: 'ready', rtpCapabilities: withoutH264 }),
    other
      .join('sources')
      .then(({ routerRtpCapabilities }) => other.ask({ type: 'ready', rtpCapabilities: routerRtpCapabilities })),
  ]);
  await turn();
  assert.deepEqual(page.consumers, ['audio mix', 'video vp8']);
  assert.deepEqual(other.consumers, ['audio mix', 'video h264', 'video vp8']);
  page.vanish();
  other.vanish();
  assert.equal(await freeRelays(), 20);
});

test('two pages that ask for a room at once get one way to it; stopped while it opens it is closed', async () => {
  const { conference, isClean } = lessons();
  const page = new ExamplePage(conference);
  await page.join();
  const [lesson] = conference.lessons;
  const side = lesson?.browserSide;
  assert.ok(lesson && side);
  const [first, second] = await Promise.all([side.forward('room', 'H264'), side.forward('room', 'H264')]);
  assert.equal(first, second);
  assert.equal(side.forwarded.length, 1);
  side.stopForwarding('room');
  assert.ok(first.producer.closed);
  const opening = side.forward('room', 'VP8');
  side.stopForwarding('room');
  const late = await opening;
  assert.ok(late.producer.closed);
  assert.deepEqual(side.forwarded, []);
  const orphan = side.forward('room', 'VP8').catch(() => undefined);
  page.vanish();
  await orphan;
  await turn();
  await isClean();
});

test('where another program holds the port of the mix, or of a room’s own picture, the next one is taken', async () => {
  const { conference, engine, isClean } = lessons({ from: 20_000, to: 20_039 });
  // The page itself has the first two pairs.
  engine.taken.add(20_004).add(20_006).add(20_010);
  const page = new ExamplePage(conference);
  const joined = await page.join();
  assert.deepEqual(
    engine.last?.legs.map(({ id, video }) => [id, video?.local.port]),
    [
      [joined.party, 20_002],
      ['mix-1001', 20_008],
    ],
  );
  page.vanish();
  await turn();
  await isClean();
  assert.equal(await freeRelays(), 20);
});
