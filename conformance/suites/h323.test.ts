import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Prop, Props } from '../media/props.ts';
import { readWav, strongestTone, tail } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Asterisk } from '../peers/asterisk.ts';
import { Baresip } from '../peers/baresip.ts';
import { Chromium, type LessonPage } from '../peers/chromium.ts';
import { RunningService } from '../service/running-service.ts';

// An H.323 stack of strangers in one lesson with a SIP room and a browser: each hears the others, in the samples.

const CODE = '1001';
/** Asterisk's Milliwatt. */
const MILLIWATT = 1004;
/** Amplitudes: G.711 and a mix leave of a tone what they leave. */
const HEARD = 0.01;
const LOUD = 0.05;
/** ms for what takes one second on a machine that has loaded everything, and much longer where Asterisk and Chromium start first. */
const PATIENCE = 30_000;

const props = await Props.open();
let service: RunningService;
let chromium: Chromium;
let red: Prop;
let blue: Prop;

before(async () => {
  red = await props.make('red', [200, 40, 40], 620);
  blue = await props.make('blue', [40, 80, 200], 1430);
  service = await RunningService.start();
  chromium = await Chromium.start({ picture: blue.camera, sound: blue.sound });
});

after(async () => {
  await chromium?.stop();
  await service?.stop();
  await props.remove();
});

async function parties(count: number): Promise<void> {
  await until(`${count} parties`, PATIENCE, async () =>
    (await service.metric('classbridge_calls{protocol="h323",state="up"}')) === count ? true : undefined,
  );
}

for (const fastStart of [true, false]) {
  for (const tunnelling of [true, false]) {
    const kind = `${fastStart ? 'fast' : 'slow'} start, H.245 ${tunnelling ? 'tunnelled' : 'on its own connection'}`;
    test(`Asterisk calls and is called: ${kind}`, { timeout: 120_000 }, async () => {
      const { room, service: host } = currentTestNetwork();
      const asterisk = await Asterisk.start({
        behind: [],
        address: room.address,
        gateway: host.address,
        fastStart,
        tunnelling,
        number: '100',
        name: 'Asterisk',
        codec: fastStart === tunnelling ? 'alaw' : 'ulaw',
      });
      const baresip = await Baresip.start({
        name: 'Room',
        sipPort: 5080,
        audioCodec: 'opus/48000/2',
        videoCodec: 'H264',
        picture: red.video,
        sound: red.sound,
      });
      let page: LessonPage | undefined;
      try {
        await baresip.dial(service.sipUri(CODE));
        page = await chromium.join(service.pageUrl(CODE), 'Teacher');
        await asterisk.call(CODE, 'milliwatt');
        await parties(1);
        await asterisk.call(CODE, 'record');
        await parties(2);
        // The tone goes to the SIP room and to the browser.
        await until('the browser hears Asterisk', PATIENCE, async () =>
          strongestTone((await page?.hear(1)) ?? assert.fail(), MILLIWATT) > LOUD ? true : undefined,
        );
        await until('the SIP room hears Asterisk', PATIENCE, async () =>
          strongestTone(tail(await baresip.heard(), 1), MILLIWATT) > LOUD ? true : undefined,
        );
        // Both others, and the first call, come to the second call.
        await until('Asterisk hears all others', PATIENCE, async () => {
          const sound = await readWav(asterisk.recording).catch(() => undefined);
          const heard =
            sound === undefined ? [] : [red, blue].map(({ frequency }) => strongestTone(tail(sound, 2), frequency));
          return heard.length === 2 && heard.every((amplitude) => amplitude > HEARD) ? true : undefined;
        });
        await asterisk.hangUp();
        await parties(0);
        assert.deepEqual(await asterisk.channels(), []);

        // Called by us, it plays its tone again.
        await until('its tone is gone with it', PATIENCE, async () =>
          strongestTone(tail(await baresip.heard(), 1), MILLIWATT) < HEARD ? true : undefined,
        );
        const made = await service.api('POST', '/calls', { class: CODE, to: `h323:602@${room.address}` });
        assert.equal(made.status, 201, made.body);
        const { id } = JSON.parse(made.body);
        await parties(1);
        await until('the SIP room hears the called Asterisk', PATIENCE, async () =>
          strongestTone(tail(await baresip.heard(), 1), MILLIWATT) > LOUD ? true : undefined,
        );
        assert.equal((await service.api('DELETE', `/calls/${id}`)).status, 204);
        await parties(0);
        await until('Asterisk is free', PATIENCE, async () =>
          (await asterisk.channels()).length === 0 ? true : undefined,
        );
      } catch (error) {
        console.error((await asterisk.log()).slice(-4000), service.output.slice(-4000));
        throw error;
      } finally {
        await page?.page.context().close();
        await baresip.stop();
        await asterisk.stop();
      }
    });
  }
}
