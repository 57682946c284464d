import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Prop, Props } from '../media/props.ts';
import { colourDistance, meanColour, type Still } from '../media/still.ts';
import type { Rgb } from '../media/test-card.ts';
import { type Sound, strongestTone, tail } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip, type BaresipOptions } from '../peers/baresip.ts';
import { Chromium, type LessonPage } from '../peers/chromium.ts';
import { Linphone } from '../peers/linphone.ts';
import { onlyPacketizationMode, RewritingRelay } from '../peers/rewriting-relay.ts';
import { RunningService } from '../service/running-service.ts';

// A SIP room and a teacher in a browser see and hear each other in one mix. Looks at decoded pixels and samples only.

/** The cells of a grid of two, well inside: the walking bar keeps to the lowest eighth. */
const LEFT = { left: 0.08, top: 0.35, width: 0.34, height: 0.25 };
const RIGHT = { left: 0.58, top: 0.35, width: 0.34, height: 0.25 };
/** The first cell of a grid of three. */
const TOP_LEFT = { left: 0.08, top: 0.1, width: 0.34, height: 0.25 };
const TOP_RIGHT = { left: 0.58, top: 0.1, width: 0.34, height: 0.25 };
const BOTTOM = { left: 0.33, top: 0.6, width: 0.34, height: 0.25 };
/** The whole picture of one party alone. */
const WHOLE = { left: 0.1, top: 0.1, width: 0.8, height: 0.6 };

/** Colours pass through two codecs and two notions of colour space. */
const SAME_COLOUR = 40;
/** Amplitudes. Rooms send their tone at 0.27; browsers take it for noise and lower it, but it still is the tone. */
const HEARD = 0.01;
/** An echo of a room's own tone would have its 0.27; codecs spread the beeps of the others this far. */
const ROOM_ECHO = 0.02;
/** An echo of a browser's lowered tone would have what rooms hear of it. */
const BROWSER_ECHO = 0.005;

const props = await Props.open();
let service: RunningService;
let chromium: Chromium;
let red: Prop;
let blue: Prop;

before(async () => {
  red = await props.make('red', [200, 40, 40], 620);
  blue = await props.make('blue', [40, 80, 200], 1130);
  service = await RunningService.start();
  chromium = await Chromium.start({ picture: blue.camera, sound: blue.sound });
});

after(async () => {
  await chromium?.stop();
  await service?.stop();
  await props.remove();
});

/** Waits until a picture shows these colours; the failure tells what it showed. */
async function sees(
  who: string,
  look: () => Promise<Still>,
  wanted: readonly [area: typeof LEFT, prop: Prop][],
): Promise<void> {
  let seen = '';
  try {
    await until('colours', 12_000, async () => {
      const still = await look();
      const colours = wanted.map(([area]) => meanColour(still, area));
      seen = colours.map((colour) => colour.map(Math.round).join(',')).join(' | ');
      return (
        wanted.every(([area, { colour }]) => colourDistance(meanColour(still, area), colour) < SAME_COLOUR) || undefined
      );
    });
  } catch (error) {
    throw new Error(`${who} sees ${seen} in place of ${wanted.map(([, { colour }]) => colour.join(',')).join(' | ')}`, {
      cause: error,
    });
  }
}

function hears(who: string, sound: Sound, other: Prop, own: Prop, echo: number): void {
  const [theirs, mine] = [strongestTone(sound, other.frequency), strongestTone(sound, own.frequency)];
  assert.ok(theirs > HEARD, `${who} hears the other's tone: ${theirs}`);
  assert.ok(mine < echo, `${who} does not hear his own: ${mine}`);
}

/** Two pictures taken half a second apart differ where the bar walks. */
async function moves(who: string, look: () => Promise<Still>): Promise<void> {
  const strip = (still: Still) =>
    Array.from({ length: 40 }, (_, index) =>
      meanColour(still, { left: index / 40, top: 0.7, width: 1 / 40, height: 0.04 })
        .map(Math.round)
        .join(),
    ).join(' ');
  const first = strip(await look());
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.notEqual(strip(await look()), first, `${who}'s picture moves`);
}

interface RoomKind {
  readonly what: string;
  readonly audioCodec: string;
  readonly videoCodec: 'H264' | 'VP8';
  readonly mode?: 0;
  readonly transport?: BaresipOptions['transport'];
}

const ROOMS: readonly RoomKind[] = [
  { what: 'H.264 and Opus', audioCodec: 'opus/48000/2', videoCodec: 'H264' },
  { what: 'H.264 in packetization-mode 0 and PCMA', audioCodec: 'PCMA/8000/1', videoCodec: 'H264', mode: 0 },
  { what: 'VP8 and G.722, called over TCP', audioCodec: 'G722/16000/1', videoCodec: 'VP8', transport: 'tcp' },
];

for (const [index, kind] of ROOMS.entries()) {
  test(`baresip with ${kind.what}, and Chromium`, async () => {
    const { room, service: host } = currentTestNetwork();
    const sipPort = 5080 + 4 * index;
    const relayAddress = { address: room.address, port: 5900 + index };
    const relay =
      kind.mode === undefined
        ? undefined
        : await RewritingRelay.open(
            relayAddress,
            { address: host.address, port: service.sipPort },
            onlyPacketizationMode(kind.mode),
          );
    const baresip = await Baresip.start({
      name: '红星小学',
      sipPort,
      audioCodec: kind.audioCodec,
      videoCodec: kind.videoCodec,
      picture: red.video,
      sound: red.sound,
      ...(kind.transport === undefined ? {} : { transport: kind.transport }),
      ...(relay === undefined ? {} : { outbound: `sip:${relayAddress.address}:${relayAddress.port}` }),
    });
    let page: LessonPage | undefined;
    try {
      await baresip.dial(service.sipUri('1001'));
      if (kind.mode !== undefined) {
        assert.match(baresip.output, /video encoder: H264 packetization-mode=0/);
      }
      await sees('baresip alone', () => baresip.snapshot(), [[WHOLE, red]]);
      page = await chromium.join(service.pageUrl('1001'), '王老师', index % 2 === 0 ? 'zh' : 'en');
      const look = () => page?.picture() ?? Promise.reject(new Error('no page'));
      await sees('Chromium', look, [
        [LEFT, red],
        [RIGHT, blue],
      ]);
      await sees('baresip', () => baresip.snapshot(), [
        [LEFT, red],
        [RIGHT, blue],
      ]);
      await moves('Chromium', look);
      await moves('baresip', () => baresip.snapshot());
      hears('Chromium', await page.hear(2), red, blue, BROWSER_ECHO);
      hears('baresip', tail(await baresip.heard(), 2), blue, red, ROOM_ECHO);

      assert.deepEqual(
        page.console.filter((line) => line.startsWith('error')),
        [],
        'the page complains of nothing',
      );

      // The teacher leaves: the room has the picture for itself again.
      await page.press('leave');
      await sees('baresip left alone', () => baresip.snapshot(), [[WHOLE, red]]);
      baresip.hangUp();
      await until('the call ended', 5000, async () =>
        (await service.metric('classbridge_lessons')) === 0 ? true : undefined,
      );
    } catch (error) {
      console.error(baresip.output.slice(-2000), page?.console, service.output.slice(-4000));
      throw error;
    } finally {
      await page?.page.context().close();
      await baresip.stop();
      relay?.close();
    }
  });
}

test('linphone joins a baresip and Chromium', async () => {
  const baresip = await Baresip.start({
    name: 'Room 2',
    sipPort: 5096,
    audioCodec: 'opus/48000/2',
    videoCodec: 'H264',
    picture: red.video,
    sound: red.sound,
  });
  const linphone = await Linphone.start({ sipPort: 5100, sound: blue.sound });
  let page: LessonPage | undefined;
  try {
    await baresip.dial(service.sipUri('1001'));
    page = await chromium.join(service.pageUrl('1001'), 'Teacher');
    await linphone.dial(service.sipUri('1001'));
    const look = () => page?.picture() ?? Promise.reject(new Error('no page'));
    await sees('Chromium', look, [
      [TOP_LEFT, red],
      [TOP_RIGHT, blue],
    ]);
    // linphone's camera is a photograph: neither black nor the placeholder's flat grey.
    await until('linphone’s picture in its cell', 10_000, async () => {
      const still = await look();
      const columns = Array.from({ length: 8 }, (_, index) =>
        meanColour(still, { ...BOTTOM, left: BOTTOM.left + (index * BOTTOM.width) / 8, width: BOTTOM.width / 8 }),
      );
      const [first] = columns;
      return first !== undefined && columns.some((colour) => colourDistance(colour, first) > 20) ? true : undefined;
    });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    linphone.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const heard = await linphone.heard();
    assert.ok(
      strongestTone(heard, red.frequency) > HEARD,
      `linphone hears baresip: ${strongestTone(heard, red.frequency)}`,
    );
    assert.ok(
      strongestTone(tail(await baresip.heard(), 5), blue.frequency) > HEARD,
      'baresip hears linphone and Chromium',
    );
  } catch (error) {
    console.error(linphone.output.slice(-2000), service.output.slice(-4000));
    throw error;
  } finally {
    await page?.page.context().close();
    await linphone.stop();
    await baresip.stop();
  }
});

test('single sources in place of the mix: a room’s picture as it sends it, and another browser’s', async () => {
  const baresip = await Baresip.start({
    name: 'Room 4',
    sipPort: 5108,
    audioCodec: 'opus/48000/2',
    videoCodec: 'H264',
    picture: red.video,
    sound: red.sound,
  });
  const pages: LessonPage[] = [];
  try {
    await baresip.dial(service.sipUri('1001'));
    const teacher = await chromium.join(service.pageUrl('1001'), 'Teacher');
    pages.push(teacher);
    const patrol = await chromium.join(service.pageUrl('1001'), 'Patrol');
    pages.push(patrol);
    await patrol.press('reception');
    const tiles = await until('a tile for each of the others', 8000, async () => {
      const found = await patrol.videosOfSources();
      return found.length === 2 ? found : undefined;
    });
    const colours: Rgb[] = [];
    for (const tile of tiles) {
      const still = await patrol.picture(tile);
      assert.equal(still.height, still.width > 700 ? 720 : 360, 'the size that the party sends');
      colours.push(meanColour(still, WHOLE));
    }
    for (const { colour } of [red, blue]) {
      assert.ok(
        colours.some((seen) => colourDistance(seen, colour) < SAME_COLOUR),
        `${colour} among ${colours.join(' | ')}`,
      );
    }
    hears('the patrol', await patrol.hear(2), red, { ...red, frequency: 2000 }, BROWSER_ECHO);
    await patrol.press('reception');
    await sees('the patrol', () => patrol.picture(), [[TOP_LEFT, red]]);
  } finally {
    for (const page of pages) {
      await page.page.context().close();
    }
    await baresip.stop();
  }
});

test('a party without a camera is shown by its name, and an unknown class is refused with 404', async () => {
  const baresip = await Baresip.start({
    name: 'Room 3',
    sipPort: 5104,
    audioCodec: 'PCMU/8000/1',
    videoCodec: 'H264',
    picture: red.video,
    sound: red.sound,
  });
  let page: LessonPage | undefined;
  try {
    await assert.rejects(baresip.dial(service.sipUri('no-such-class')), /404/);
    page = await chromium.join(service.pageUrl('1001'), '李明');
    const look = () => page?.picture() ?? Promise.reject(new Error('no page'));
    await sees('Chromium', look, [[WHOLE, blue]]);
    await page.press('camera');
    await until('the placeholder', 6000, async () => {
      const still = await look();
      const corner = meanColour(still, { left: 0.02, top: 0.05, width: 0.1, height: 0.2 });
      const middle = meanColour(still, { left: 0.46, top: 0.35, width: 0.08, height: 0.12 });
      const grey = Math.max(...corner) - Math.min(...corner) < 40 && Math.max(...corner) < 80;
      return grey && colourDistance(corner, middle) > 8 ? true : undefined;
    });
    assert.equal(await service.metric('classbridge_calls_ended_total{protocol="sip",reason="unknown-class"}'), 1);
  } finally {
    await page?.page.context().close();
    await baresip.stop();
  }
});
