import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { PartyInfo } from '#signaling/webrtc/protocol.ts';
import { TEXTS } from '../src/language/language.ts';
import { routerRtpCapabilities, transportParameters } from './mock-media.ts';
import { PagesInBrowser } from './pages-in-browser.ts';

let pages: PagesInBrowser;
before(async () => {
  pages = await PagesInBrowser.start();
});
after(() => pages.close());

const phone = { viewport: { width: 360, height: 740 } };
const parties: PartyInfo[] = [
  { id: 'hall', name: 'Main hall', protocol: 'h323', audio: true, video: true },
  { id: 'village', name: '村小二年级', protocol: 'sip', audio: false, video: false },
];

/** WCAG 2.2 A and AA by axe-core, as [rule, elements]. */
async function violations(page: Page): Promise<[string, string[]][]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const results = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return results.violations.map((each): [string, string[]] => [each.id, each.nodes.map((node) => node.html)]);
  });
}

/** The page is no wider than the window. */
async function fits(page: Page): Promise<boolean> {
  return await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

const state = (page: Page, phase: string) => page.waitForSelector(`[data-testid=status][data-state=${phase}]`);
const fault = (page: Page, name: string) => page.waitForSelector(`[data-testid=fault][data-fault=${name}]`);

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, `in time: ${condition}`);
    await wait(20);
  }
}

async function join(page: Page, name = 'Wang') {
  await page.getByTestId('name').fill(name);
  await page.getByTestId('join').click();
}

test('the home page leads to a class', async () => {
  const page = await pages.open('/');
  assert.deepEqual(await violations(page), []);
  await page.getByTestId('code').fill('not a code');
  await page.getByTestId('enter').click();
  await page.getByText(TEXTS.en.home.badCode).waitFor();
  await page.getByTestId('code').fill(' 7B ');
  await page.getByTestId('enter').click();
  await page.waitForURL('**/c/7B');
  await page.getByTestId('join').waitFor();
  await page.context().close();
});

test('before the lesson one sees oneself, hears the microphone move, and switches both', async () => {
  const page = await pages.open('/c/7B', phone);
  await page.waitForFunction(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-testid=self-video]');
    return video !== null && video.videoWidth > 0;
  });
  await page.waitForFunction(() => (document.querySelector('meter')?.value ?? 0) > 0.2);
  await page.getByText(TEXTS.en.devices.title).click();
  assert.equal(await page.getByTestId('choose-camera').isEnabled(), true);
  assert.deepEqual(await violations(page), []);
  assert.ok(await fits(page));
  await page.getByTestId('camera').click();
  await page.getByTestId('self-off').waitFor();
  await page.getByTestId('mute').click();
  await page.waitForFunction(() => document.querySelector('meter')?.value === 0);
  await page.getByTestId('join').click();
  await page.getByText(TEXTS.en.preJoin.nameMissing).waitFor();
  await page.context().close();
});

test('the language follows the browser, can be switched, and is remembered', async () => {
  const page = await pages.open('/c/7B', { locale: 'zh-CN' });
  assert.equal(await page.getByTestId('join').textContent(), TEXTS.zh.preJoin.join);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  await page.getByTestId('language-en').click();
  assert.equal(await page.getByTestId('join').textContent(), TEXTS.en.preJoin.join);
  await page.reload();
  assert.equal(await page.getByTestId('join').textContent(), TEXTS.en.preJoin.join);
  await page.context().close();
});

test('each refusal is told in both languages', async () => {
  for (const name of [
    'unknown-class',
    'lesson-full',
    'no-capacity',
    'wrong-version',
    'lesson-over',
    'bad-request',
  ] as const) {
    const page = await pages.open(`/c/${name}`);
    await join(page);
    const notice = await fault(page, name);
    assert.ok((await notice.textContent())?.includes(TEXTS.en.faults[name].title));
    assert.deepEqual(await violations(page), [], name);
    await page.getByTestId('language-zh').click();
    assert.ok((await notice.textContent())?.includes(TEXTS.zh.faults[name].advice));
    await page.context().close();
  }
});

test('without permission one is told why, and may join to listen', async () => {
  const page = await pages.open('/c/7B', { ...phone, devices: 'denied' });
  await page.getByText(TEXTS.en.deviceProblems.video.denied).waitFor();
  await page.getByText(TEXTS.en.deviceProblems.audio.denied).waitFor();
  assert.equal(await page.getByTestId('join').textContent(), TEXTS.en.preJoin.listenOnly);
  assert.deepEqual(await violations(page), []);
  assert.ok(await fits(page));
  await join(page);
  await state(page, 'in-lesson');
  await page.getByText(TEXTS.en.deviceProblems.audio.denied).waitFor();
  await page.getByTestId('mix-video').waitFor({ state: 'attached' });
  assert.deepEqual(await violations(page), []);
  await page.context().close();
  // Its goodbye may come late: the next test counts requests from the first on.
  await until(() => pages.gateway.requests.at(-1)?.type === 'leave');
});

test('in the lesson: join at once, requests, people, layout, shortcuts, leave', async () => {
  const { gateway } = pages;
  gateway.parties = parties;
  gateway.requests.length = 0;
  const page = await pages.open('/c/7B?name=Wang&join=1', phone);
  await state(page, 'in-lesson');
  await page.waitForFunction(() => document.querySelector('[data-testid=self-video]') !== null);
  await page.getByTestId('mix-video').waitFor({ state: 'attached' });
  await until(() => gateway.requests.filter(({ type }) => type === 'produce').length === 2);
  const [first] = gateway.requests;
  assert.deepEqual(first, { type: 'join', version: 1, code: '7B', name: 'Wang', reception: 'mix' });
  const video = gateway.requests.find((each) => each.type === 'produce' && each.kind === 'video');
  assert.match(JSON.stringify(video), /video\/H264.*"packetization-mode":1/);
  assert.match(JSON.stringify(video), /"maxBitrate":1500000/);
  const audio = gateway.requests.find((each) => each.type === 'produce' && each.kind === 'audio');
  assert.match(JSON.stringify(audio), /"usedtx":1/);
  assert.deepEqual(await violations(page), []);
  assert.ok(await fits(page));

  await page.getByTestId('people').click();
  await page.getByTestId('party-village').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByTestId('reception').click();
  await page.getByTestId('tile-hall').waitFor();
  assert.equal(await page.locator('[data-testid=tile-me]').count(), 0, 'oneself is no received tile');
  assert.deepEqual(await violations(page), []);

  await page.keyboard.press('v');
  await page.getByTestId('self-off').waitFor();
  await page.keyboard.press('m');
  await page.waitForSelector('[data-testid=mute][data-on=false]');
  await page.getByTestId('open-settings').click();
  assert.deepEqual(await violations(page), []);
  await page.getByTestId('shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('m');
  await page.waitForTimeout(100);
  assert.equal(await page.getByTestId('mute').getAttribute('data-on'), 'false', 'shortcuts are off');

  const after = gateway.requests.slice(1).map((each) => JSON.stringify(each));
  assert.ok(after.includes('{"type":"reception","reception":"sources"}'));
  assert.ok(after.includes('{"type":"mute","kind":"video","muted":true}'));
  assert.ok(after.includes('{"type":"mute","kind":"audio","muted":true}'));
  await page.getByTestId('leave').click();
  await page.getByTestId('left').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal(gateway.requests.at(-1)?.type, 'leave');
  await page.getByTestId('rejoin').click();
  await state(page, 'in-lesson');
  await page.context().close();
});

test('the server goes and comes back: told in the meantime, then in the lesson again', async () => {
  const { gateway } = pages;
  const page = await pages.open('/c/7B?name=Wang&join=1');
  await state(page, 'in-lesson');
  gateway.gone = true;
  gateway.drop();
  await fault(page, 'server-gone');
  await state(page, 'reconnecting');
  assert.deepEqual(await violations(page), []);
  gateway.gone = false;
  await state(page, 'in-lesson');
  assert.equal(await page.getByTestId('fault').count(), 0);

  const joins = () => gateway.requests.filter(({ type }) => type === 'join').length;
  const before = joins();
  gateway.notify({ type: 'ended', fault: 'shutdown' });
  // It still says that it is in the lesson for a moment: it is so again when it has joined anew.
  await until(() => joins() > before);
  await state(page, 'in-lesson');
  gateway.notify({ type: 'ended', fault: 'lesson-over' });
  await fault(page, 'lesson-over');
  await page.context().close();
});

const restart = (number: number) => ({
  type: 'restart' as const,
  routerRtpCapabilities,
  send: transportParameters(`send-${number}`),
  receive: transportParameters(`receive-${number}`),
});

test('a new media server: the page makes new PeerConnections and sends again, without leaving or asking for the camera', async () => {
  const { gateway } = pages;
  gateway.requests.length = 0;
  const page = await pages.open('/c/7B?name=Wang&join=1');
  const count = (type: string) => gateway.requests.filter((request) => request.type === type).length;
  await until(() => count('produce') === 2);
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (constraints) => {
      window.complain('the camera was asked for again');
      return ask(constraints);
    };
    new MutationObserver(() => {
      const phase = document.querySelector('[data-testid=status]')?.getAttribute('data-state');
      // There is none once the test closes the page.
      if (phase !== undefined && phase !== 'in-lesson') window.complain(`left: ${phase}`);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  gateway.notify(restart(2));
  await until(() => count('produce') === 4);
  assert.equal(count('ready'), 2);
  assert.equal(count('join'), 1);
  assert.equal(count('leave'), 0);
  const connected = gateway.requests.flatMap((each) => (each.type === 'connect' ? [each.transport] : []));
  assert.deepEqual(connected, ['send', 'send-2']);

  // Two more, the second before the page is done with the first: it ends up with the last one.
  gateway.notify(restart(3));
  gateway.notify(restart(4));
  const last = () => gateway.requests.findLast((each) => each.type === 'connect');
  await until(() => last()?.type === 'connect' && JSON.stringify(last()).includes('"send-4"'));
  const produced = count('produce');
  await until(() => count('produce') >= Math.max(produced, 6));
  assert.equal(count('join'), 1);
  await page.context().close();
});

test('who is muted stays so with a new media server, and is heard when he speaks again', async () => {
  const { gateway } = pages;
  gateway.requests.length = 0;
  const page = await pages.open('/c/7B?name=Wang&join=1');
  const produced = (kind: string) => gateway.requests.filter((each) => each.type === 'produce' && each.kind === kind);
  await until(() => produced('audio').length === 1 && produced('video').length === 1);
  await page.getByTestId('mute').click();
  await page.waitForSelector('[data-testid=mute][data-on=false]');
  gateway.notify(restart(2));
  await until(() => produced('video').length === 2);
  assert.equal(produced('audio').length, 1, 'nothing is sent of who is muted');
  await page.getByTestId('mute').click();
  await until(() => produced('audio').length === 2);
  await page.context().close();
});

test('the browser had nothing to complain of', () => {
  assert.deepEqual(pages.complaints, []);
});
