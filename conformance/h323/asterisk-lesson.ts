import assert from 'node:assert/strict';
import { type Prop, Props } from '../media/props.ts';
import { readWav, strongestTone, tail } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { Asterisk, type AsteriskOptions } from '../peers/asterisk.ts';
import { Baresip } from '../peers/baresip.ts';
import { Chromium } from '../peers/chromium.ts';
import type { RunningService } from '../service/running-service.ts';
import { assertRead, type Diagnosed } from './assert-read.ts';
import { WireRecord } from './wire-record.ts';

/** The class of the lesson. */
export const CODE = '1001';
/** Hz: Asterisk's Milliwatt. */
const MILLIWATT = 1004;
/** Amplitudes: G.711 and a mix leave of a tone what they leave. */
const HEARD = 0.01;
const LOUD = 0.05;
/** ms for what takes one second on a machine that has loaded everything, and much longer where Asterisk and Chromium start first. */
const PATIENCE = 30_000;
/** Packets of three calls: each has at least a begin and an end, and in H.245 capabilities, who is master, and acknowledgements. */
const LEAST_SIGNALLING = 6;
const LEAST_CONTROL = 9;
/** To be let in and to take leave, or the answers to both, of each call. */
const LEAST_RAS = 6;

/** What an Asterisk does in a lesson, and how it is reached. */
export interface AsteriskLesson {
  readonly service: RunningService;
  readonly asterisk: Omit<AsteriskOptions, 'behind' | 'number' | 'name'>;
  /** Its number. */
  readonly number: string;
  /** Whom the API is told to call. */
  readonly to: string;
  /** Is told what tshark read. */
  readonly test: Diagnosed;
  /** Waits until it can call; empty where it need not wait. */
  readonly ready?: () => Promise<void>;
}

/** A browser, and what SIP room and browser send, for lessons one after the other. */
export class LessonStage {
  readonly #props: Props;
  readonly #chromium: Chromium;
  readonly #red: Prop;
  readonly #blue: Prop;

  private constructor(props: Props, chromium: Chromium, red: Prop, blue: Prop) {
    this.#props = props;
    this.#chromium = chromium;
    this.#red = red;
    this.#blue = blue;
  }

  static async open(): Promise<LessonStage> {
    const props = await Props.open();
    const red = await props.make('red', [200, 40, 40], 620);
    const blue = await props.make('blue', [40, 80, 200], 1430);
    const chromium = await Chromium.start({ picture: blue.camera, sound: blue.sound });
    return new LessonStage(props, chromium, red, blue);
  }

  async close(): Promise<void> {
    await this.#chromium.stop();
    await this.#props.remove();
  }

  /**
   * Asterisk calls twice into a lesson with a SIP room and a browser, then is called: each hears the others, in the samples.
   * tshark reads all that the service says to it.
   */
  async speak({ service, asterisk: options, number, to, test, ready }: AsteriskLesson): Promise<void> {
    const wire = await WireRecord.start(service.address);
    const asterisk = await Asterisk.start({ ...options, behind: [], number, name: 'Asterisk' });
    const baresip = await Baresip.start({
      name: 'Room',
      sipPort: 5080,
      audioCodec: 'opus/48000/2',
      videoCodec: 'H264',
      picture: this.#red.video,
      sound: this.#red.sound,
    });
    const page = await this.#chromium.join(service.pageUrl(CODE), 'Teacher');
    try {
      await baresip.dial(service.sipUri(CODE));
      await ready?.();
      await asterisk.call(CODE, 'milliwatt');
      await parties(service, 1);
      await asterisk.call(CODE, 'record');
      await parties(service, 2);
      // The tone goes to the SIP room and to the browser.
      await until('the browser hears Asterisk', PATIENCE, async () =>
        strongestTone(await page.hear(1), MILLIWATT) > LOUD ? true : undefined,
      );
      const toneOf = async () => strongestTone(tail(await baresip.heard(), 1), MILLIWATT);
      await until('the SIP room hears Asterisk', PATIENCE, async () => ((await toneOf()) > LOUD ? true : undefined));
      // Both others, and the first call, come to the second call.
      await until('Asterisk hears all others', PATIENCE, async () => {
        const sound = await readWav(asterisk.recording).catch(() => undefined);
        const others = [this.#red, this.#blue];
        const heard =
          sound === undefined ? [] : others.map(({ frequency }) => strongestTone(tail(sound, 2), frequency));
        return heard.length === 2 && heard.every((amplitude) => amplitude > HEARD) ? true : undefined;
      });
      await asterisk.hangUp();
      await parties(service, 0);
      assert.deepEqual(await asterisk.channels(), []);

      // Called by us, it plays its tone again.
      await until('its tone is gone with it', PATIENCE, async () => ((await toneOf()) < HEARD ? true : undefined));
      const made = await service.api('POST', '/calls', { class: CODE, to });
      assert.equal(made.status, 201, made.body);
      const { id } = JSON.parse(made.body);
      await parties(service, 1);
      await until('the SIP room hears the called Asterisk', PATIENCE, async () =>
        (await toneOf()) > LOUD ? true : undefined,
      );
      assert.equal((await service.api('DELETE', `/calls/${id}`)).status, 204);
      await parties(service, 0);
      await until('Asterisk is free', PATIENCE, async () =>
        (await asterisk.channels()).length === 0 ? true : undefined,
      );
      const least = {
        callSignalling: LEAST_SIGNALLING,
        [options.tunnelling ? 'tunnelledControl' : 'separateControl']: LEAST_CONTROL,
        ras: options.gatekeeper === undefined ? 0 : LEAST_RAS,
      };
      assertRead(await wire.stop(), least, test);
    } catch (error) {
      console.error((await asterisk.log()).slice(-4000), service.output.slice(-4000));
      throw error;
    } finally {
      wire.close();
      await page.page.context().close();
      await baresip.stop();
      await asterisk.stop();
    }
  }
}

async function parties(service: RunningService, count: number): Promise<void> {
  await until(`${count} H.323 parties`, PATIENCE, async () =>
    (await service.metric('classbridge_calls{protocol="h323",state="up"}')) === count ? true : undefined,
  );
}
