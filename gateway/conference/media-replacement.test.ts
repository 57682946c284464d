import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { mediasoupWorkerPath } from '#deploy/worker.ts';
import { Sfu } from '#mcu/sfu/sfu.ts';
import type { Joined, Notice } from '#signaling/webrtc/protocol.ts';
import { exampleConference } from './example-conference.ts';
import { AUDIO, ExamplePage, VIDEO } from './example-page.ts';
import { ExampleParty, roomPlan } from './example-parties.ts';
import { loseMedia, renewMedia } from './media-replacement.ts';

const FIRST = 28_800 + 20 * (process.pid % 40);
const OPTIONS = {
  workerBinary: mediasoupWorkerPath(),
  listen: { addresses: ['127.0.0.1'], port: 14_000 + (process.pid % 900) },
  announcedAddress: undefined,
  relayPorts: { from: FIRST, to: FIRST + 19 },
};

/** A conference whose media server can be killed. */
async function stage() {
  let sfu: Sfu | undefined = await Sfu.start(OPTIONS);
  const { conference, engine, ended } = exampleConference({ sfu: () => sfu });
  const lose = async () => {
    const old = sfu;
    assert.ok(old);
    const died = once(old, 'died');
    old.once('died', () => {
      sfu = undefined;
      loseMedia(conference);
    });
    process.kill(old.processId, 'SIGKILL');
    await died;
  };
  const renew = async () => {
    sfu = await Sfu.start(OPTIONS);
    await renewMedia(conference);
  };
  const leg = (id: string) => engine.last?.legs.find((each) => each.id === id);
  return { conference, engine, ended, lose, renew, leg, close: () => sfu?.close() };
}

const restarts = (page: ExamplePage) =>
  page.notices.filter((notice): notice is Extract<Notice, { type: 'restart' }> => notice.type === 'restart');
const faults = (page: ExamplePage) => page.notices.flatMap((notice) => (notice.type === 'ended' ? [notice.fault] : []));

async function sending(page: ExamplePage, reception?: string): Promise<Joined> {
  const joined = await page.join(reception);
  await page.ask({ type: 'ready', rtpCapabilities: joined.routerRtpCapabilities });
  await page.ask({ type: 'produce', kind: 'audio', rtpParameters: AUDIO });
  await page.ask({ type: 'produce', kind: 'video', rtpParameters: VIDEO });
  return joined;
}

let open: { close(): Promise<void> | undefined } | undefined;
after(() => open?.close());
const opened = async () => {
  await open?.close();
  const made = await stage();
  open = made;
  return made;
};

test('a page follows to another media server without leaving: same party, same place, what it sends and sees anew', async () => {
  const { conference, ended, lose, renew, leg } = await opened();
  const [page, other] = [new ExamplePage(conference), new ExamplePage(conference)];
  const joined = await sending(page);
  await sending(other, 'sources');
  const before = leg(joined.party);
  const mixBefore = leg('mix-1001');
  const order = conference.lessons.flatMap(({ parties }) => parties.map(({ id }) => id));
  await lose();
  assert.equal(leg('mix-1001'), undefined, 'nothing is mixed for nobody');
  assert.deepEqual(leg(joined.party), before, 'its last picture stands meanwhile');
  for (const each of [page, other]) {
    each.notices.length = 0;
  }
  await renew();
  const [restart] = restarts(page);
  assert.ok(restart);
  assert.notEqual(restart.send.id, joined.send.id);
  const audio = leg(joined.party)?.audio;
  assert.deepEqual(audio?.local, before?.audio?.local);
  assert.equal(audio?.ssrc, before?.audio?.ssrc);
  assert.equal(audio?.media?.direction, 'sendonly', 'what the page is sent flows already');
  assert.equal(leg(joined.party)?.cameraOff, false);
  assert.notDeepEqual(leg('mix-1001')?.video?.outputs, mixBefore?.video?.outputs, 'sources that report at once');

  await assert.rejects(page.ask({ type: 'connect', transport: joined.send.id, dtlsParameters: {} }), /media-failed/);
  await page.ask({ type: 'ready', rtpCapabilities: restart.routerRtpCapabilities });
  assert.deepEqual(page.consumers, ['audio mix', 'video mix']);
  await other.ask({ type: 'ready', rtpCapabilities: restart.routerRtpCapabilities });
  await page.ask({ type: 'produce', kind: 'audio', rtpParameters: AUDIO });
  await page.ask({ type: 'produce', kind: 'video', rtpParameters: VIDEO });
  assert.equal(leg(joined.party)?.audio?.media?.direction, 'sendrecv');
  assert.deepEqual(leg(joined.party)?.video?.local, before?.video?.local);
  await other.ask({ type: 'reception', reception: 'sources' });
  assert.deepEqual(other.consumers, ['audio mix', `video ${joined.party}`]);
  assert.deepEqual(
    conference.lessons.flatMap(({ parties }) => parties.map(({ id }) => id)),
    order,
  );
  assert.deepEqual([ended, faults(page), faults(other)], [[], [], []]);
});

test('between two media servers requests are answered, and what they say holds afterwards', async () => {
  const { conference, ended, lose, renew, leg } = await opened();
  const page = new ExamplePage(conference);
  const { party } = await sending(page);
  await lose();
  await page.ask({ type: 'ready', rtpCapabilities: {} });
  await assert.rejects(page.ask({ type: 'produce', kind: 'audio', rtpParameters: AUDIO }), /media-failed/);
  await assert.rejects(page.ask({ type: 'resume', consumer: 'gone' }), /media-failed/);
  await page.ask({ type: 'mute', kind: 'video', muted: true });
  await page.ask({ type: 'reception', reception: 'sources' });
  assert.equal(leg(party)?.cameraOff, true);
  await renew();
  const [restart] = restarts(page);
  await page.ask({ type: 'ready', rtpCapabilities: restart?.routerRtpCapabilities });
  const [lesson] = conference.lessons;
  assert.deepEqual(lesson?.info.map(({ audio, video }) => [audio, video]).at(0), [true, false]);
  await page.ask({ type: 'produce', kind: 'video', rtpParameters: VIDEO });
  assert.equal(leg(party)?.cameraOff, false, 'a new track is not muted');
  assert.deepEqual(page.consumers.at(-1), 'audio mix', 'single sources, of which there are none');
  assert.deepEqual(ended, []);
});

test('a request that the loss cuts off is refused, and the session stays', async () => {
  const { conference, ended, lose, renew } = await opened();
  const page = new ExamplePage(conference);
  const joined = await page.join();
  await page.ask({ type: 'ready', rtpCapabilities: joined.routerRtpCapabilities });
  const answers = [
    page.ask({ type: 'produce', kind: 'audio', rtpParameters: AUDIO }),
    page.ask({ type: 'ready', rtpCapabilities: joined.routerRtpCapabilities }),
    page.ask({ type: 'produce', kind: 'video', rtpParameters: VIDEO }),
  ];
  await lose();
  const results = await Promise.allSettled(answers);
  assert.equal(results[1]?.status, 'fulfilled');
  assert.match(String(results[2]?.status === 'rejected' ? results[2].reason : ''), /media-failed/);
  await renew();
  assert.equal(restarts(page).length, 1);
  assert.deepEqual(ended, []);
});

test('who is joining when the media server dies is refused, leaves nothing behind and may join again', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const { conference, ended, lose, renew } = await opened();
    const page = new ExamplePage(conference);
    let isIn = false;
    const joining = page.join().then(
      () => {
        isIn = true;
      },
      () => undefined,
    );
    for (let count = 0; count < turns; count++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await lose();
    await joining;
    await renew();
    assert.equal(restarts(page).length, isIn ? 1 : 0, `after ${turns} turns`);
    assert.equal(ended.length, isIn ? 0 : 1);
    assert.equal(conference.lessons.length, isIn ? 1 : 0);
    await new ExamplePage(conference).join();
  }
});

test('two media servers die one after the other: the page is told of the one that stays', async () => {
  const { conference, ended, lose, renew } = await opened();
  const page = new ExamplePage(conference);
  await sending(page);
  await lose();
  await renew();
  await lose();
  await renew();
  const [, second] = restarts(page);
  assert.ok(second);
  await page.ask({ type: 'ready', rtpCapabilities: second.routerRtpCapabilities });
  await page.ask({ type: 'produce', kind: 'video', rtpParameters: VIDEO });
  assert.deepEqual(ended, []);
});

test('a page that does not follow is ended; what one that follows sends no more is taken off the picture', async (context) => {
  const { conference, ended, lose, renew, leg } = await opened();
  const [deaf, muted] = [new ExamplePage(conference), new ExamplePage(conference)];
  await sending(deaf);
  const { party } = await sending(muted);
  await lose();
  context.mock.timers.enable({ apis: ['setTimeout'] });
  await renew();
  await muted.ask({ type: 'ready', rtpCapabilities: restarts(muted)[0]?.routerRtpCapabilities });
  assert.equal(leg(party)?.cameraOff, false);
  context.mock.timers.tick(5000);
  assert.deepEqual(ended, ['internal-error']);
  assert.deepEqual([faults(deaf), faults(muted)], [['internal-error'], []]);
  assert.equal(leg(party)?.cameraOff, true);
  context.mock.timers.reset();
});

test('rooms notice nothing', async () => {
  const { conference, lose, renew, leg, engine } = await opened();
  conference.enter('1001', () => new ExampleParty('room', roomPlan(21_000)));
  await sending(new ExamplePage(conference));
  const [before, rendition] = [leg('room'), leg('room')?.video?.outputs[0]];
  const from = engine.applied.length;
  await lose();
  await renew();
  assert.deepEqual(leg('room'), before);
  assert.ok(rendition && 'rendition' in rendition);
  for (const { legs, renditions, views } of engine.applied.slice(from)) {
    assert.ok(legs.some(({ id }) => id === 'room'));
    assert.ok(renditions.some(({ id }) => id === rendition.rendition));
    assert.deepEqual(views[0]?.sources.length, 2);
  }
});
