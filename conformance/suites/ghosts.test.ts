import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../media/until.ts';
import { RunningService } from '../service/running-service.ts';
import { callsIn } from '../service/service-api.ts';
import { Sipp } from '../sipp/sipp.ts';

// Rooms that lost power or their line: what they leave behind ends soon, and never keeps them from coming back.

const CODES = ['answers', 'forgot', 'dark', 'again', 'again-full', 'full', 'lively'];

/** ms after which every report of the engine tells that nothing comes; before a room is given up. */
const PLAINLY_SILENT = 2700;

let service: RunningService;

before(async () => {
  service = await RunningService.start({
    CLASSBRIDGE_LESSONS_CLASSES: JSON.stringify(CODES.map((code) => ({ code, title: code }))),
    CLASSBRIDGE_LESSONS_MAXIMUM_PARTIES: '2',
    CLASSBRIDGE_MEDIA_SILENCE_TIME: '2',
  });
});

after(() => service?.stop());

function room(scenario: string, target: string, name?: string): Promise<Sipp> {
  return Sipp.start({ scenario, transport: 'udp', target, service, ...(name === undefined ? {} : { name }) });
}

/** Waits until the legs of a class ended for these reasons; resolves to how long that took, ms. */
async function ended(code: string, ...reasons: string[]): Promise<number> {
  const begin = performance.now();
  const left = () =>
    service.events.flatMap((event) =>
      event.event === 'party-left' && event.class === code ? [event.reason ?? ''] : [],
    );
  await until(`${reasons.length} legs of ${code} end`, 15_000, () => left().length >= reasons.length || undefined);
  assert.deepEqual(left(), reasons);
  return performance.now() - begin;
}

/** Waits until a class has so many calls. */
async function peopled(code: string, count: number): Promise<void> {
  await until(`${count} calls in ${code}`, 5000, async () =>
    (await callsIn(service, code)).length === count ? true : undefined,
  );
}

describe('ghosts', { concurrency: 4 }, () => {
  test('a room whose media stopped is asked by OPTIONS; it answers, and is ended after twice the time', async () => {
    const silent = await room('silent-and-there', 'answers');
    await peopled('answers', 1);
    const took = await ended('answers', 'media-timeout');
    assert.ok(took > 2500 && took < 7000, `${Math.round(took)} ms`);
    await silent.done();
  });

  test('a room that knows nothing of the call any more is ended when it says so', async () => {
    const silent = await room('silent-and-gone', 'forgot');
    await peopled('forgot', 1);
    const took = await ended('forgot', 'media-timeout');
    assert.ok(took > 1000 && took < 3900, `${Math.round(took)} ms`);
    await silent.done();
  });

  test('a room without power is ended after twice the time', async () => {
    const silent = await room('stays', 'dark');
    await peopled('dark', 1);
    await silent.kill();
    const took = await ended('dark', 'media-timeout');
    assert.ok(took < 7000, `${Math.round(took)} ms`);
  });

  test('a room that calls again after a power cut takes the place of its ghost', async () => {
    const ghost = await room('stays', 'again', 'once-and-again');
    await peopled('again', 1);
    await ghost.kill();
    await new Promise((resolve) => setTimeout(resolve, PLAINLY_SILENT));
    const before = (await service.metric('classbridge_calls_ended_total{protocol="sip",reason="replaced"}')) ?? 0;
    await (await room('call', 'again', 'once-and-again')).done();
    await ended('again', 'replaced', 'remote-hangup');
    const now = await service.metric('classbridge_calls_ended_total{protocol="sip",reason="replaced"}');
    assert.ok((now ?? 0) > before);
  });

  test('a room comes back into a full lesson where its ghost has the last place', async () => {
    const ghost = await room('stays', 'again-full', 'comes-back');
    const other = await room('stays', 'again-full');
    await peopled('again-full', 2);
    await ghost.kill();
    await new Promise((resolve) => setTimeout(resolve, PLAINLY_SILENT));
    await (await room('call', 'again-full', 'comes-back')).done();
    await other.kill();
    await ended('again-full', 'replaced', 'remote-hangup', 'media-timeout');
  });

  test('a room that calls twice and is heard keeps both calls, with its camera behind the shutter', async () => {
    const first = await room('sounds', 'lively', 'two-lines');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const second = await room('sounds', 'lively', 'two-lines');
    await Promise.all([first.done(), second.done()]);
    await ended('lively', 'remote-hangup', 'remote-hangup');
  });

  test('a full lesson takes nobody more: 503', async () => {
    const inside = [await room('silent-and-there', 'full'), await room('silent-and-there', 'full')];
    await peopled('full', 2);
    await (await room('full', 'full')).done();
    for (const one of inside) {
      await one.done();
    }
    await ended('full', 'media-timeout', 'media-timeout');
  });
});
