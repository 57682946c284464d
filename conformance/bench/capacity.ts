import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-run/bench.ts';
import { type Figure, percentile, tenths } from '../bench-run/figure.ts';
import { watchProcessors } from '../bench-run/processor-time.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeBeepLoop, type SoundLoop } from '../host/sound-loop.ts';
import { MixWatch } from '../measurement/mix-watch.ts';
import { SentFrames } from '../measurement/sent-frames.ts';
import type { WatchedSource } from '../measurement/source-watch.ts';
import { trendOf } from '../measurement/trend.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Exposition } from '../prometheus/exposition.ts';
import { RunningService } from '../service/running-service.ts';

/** Rooms in each lesson, and lessons: more rooms than these are not tried. */
const LESSON = 4;
const LESSONS = 10;
/** What rooms of 720p send: 4 seconds of it. */
const CAMERA = { width: 1280, height: 720, frameRate: 25, bitRate: 1_500_000, frames: 100 };
/** Hz of the two that measure, and of all others. */
const FREQUENCIES = [400, 900] as const;
const OTHERS = 1400;
/** ms between two calls: what a room costs is seen before the next but some come. */
const PACE = 1500;
/** ms from the last entry to a measurement, and how long that is. */
const SETTLING = 4000;
const SPAN = 20_000;
/** ms of a picture at 25 a second. */
const FRAME_TIME = 40;
const REFUSED = 503;

interface Measured {
  readonly delays: readonly number[];
  /** ms by which delays grew from the first quarter of the span to the last. */
  readonly trend: number;
  readonly freezes: number;
  /** ms, 95th percentile. */
  readonly mix: number;
  readonly skipped: number;
  /** Percent of all processors, of everything that runs. */
  readonly busy: number;
}

/** How many rooms are let in on this machine, and how those that are in it fare when the next one is refused. */
export const bench: Bench = {
  title: `rooms of 720p25 in lessons of ${LESSON} until one is refused (${LESSON * LESSONS} at the most), and how they fare then`,
  async run(progress) {
    const loops = await Promise.all([1, 2, 3].map((host) => encodePictureLoop({ ...CAMERA, host })));
    const sounds = await Promise.all([...FREQUENCIES, OTHERS].map((hertz) => encodeBeepLoop('opus', hertz)));
    const signalling = await HostSignalling.open(currentTestNetwork().room.address);
    const classes = Array.from({ length: LESSONS }, (_, index) => ({
      code: `class-${index}`,
      title: `Class ${index}`,
    }));
    const service = await RunningService.start({
      CLASSBRIDGE_ADMISSION_ENABLED: 'true',
      CLASSBRIDGE_LESSONS_CLASSES: JSON.stringify(classes),
      CLASSBRIDGE_MEDIA_PICTURE_SIZE: '720p',
    });
    const stage = new Stage(service, signalling, loops, sounds);
    try {
      await sleep(SETTLING);
      const told = (await service.metric('classbridge_admission_capacity_parties')) ?? 0;
      await stage.enter(0);
      await stage.enter(0);
      await sleep(SETTLING);
      const alone = await stage.measure();
      progress(`2 rooms: mix ${tenths(alone.mix)} ms, delay ${tenths(percentile(alone.delays, 0.95))} ms at p95`);
      while (stage.parties < LESSON * LESSONS && (await stage.enter(Math.floor(stage.parties / LESSON)))) {
        const load = await service.metric('classbridge_admission_load_ratio');
        progress(`${stage.parties} rooms, load ${load?.toFixed(2)}`);
        await sleep(PACE);
      }
      await sleep(SETTLING);
      const full = await stage.measure();
      const learnt = (await service.metric('classbridge_admission_capacity_parties')) ?? 0;
      stage.checkWhole();
      return figuresOf({ parties: stage.parties, told, learnt, alone, full });
    } finally {
      await stage.close();
      await signalling.close();
      await service.stop();
    }
  },
};

class Stage {
  readonly #service: RunningService;
  readonly #signalling: HostSignalling;
  readonly #loops: readonly PictureLoop[];
  readonly #sounds: readonly SoundLoop[];
  readonly #hosts: SimulatedHost[] = [];
  readonly #sources: WatchedSource[] = [];

  constructor(
    service: RunningService,
    signalling: HostSignalling,
    loops: readonly PictureLoop[],
    sounds: readonly SoundLoop[],
  ) {
    this.#service = service;
    this.#signalling = signalling;
    this.#loops = loops;
    this.#sounds = sounds;
  }

  get parties(): number {
    return this.#hosts.length;
  }

  /** The next room calls; whether it was let in. The first two look at each other, the others only play. */
  async enter(lesson: number): Promise<boolean> {
    const index = Math.min(this.#hosts.length, 2);
    const [picture, sound, frequency] = [this.#loops[index], this.#sounds[index], FREQUENCIES[index]];
    if (picture === undefined || sound === undefined) {
      throw new RangeError('no loop for a room');
    }
    const name = `Room ${this.#hosts.length + 1}`;
    const host = await SimulatedHost.open({
      signalling: this.#signalling,
      name,
      user: `room${this.#hosts.length + 1}`,
      pictures: [picture],
      sounds: [sound],
      watches: frequency !== undefined,
    });
    if (frequency !== undefined) {
      const sent = new SentFrames();
      host.media.on('sent', (frame) => sent.add(frame));
      this.#sources.push({ host: picture.settings.host, frequency, sent });
    }
    try {
      await host.dial(this.#service.sipUri(`class-${lesson}`));
    } catch (error) {
      await host.hangUp();
      if (error instanceof Error && 'status' in error && error.status === REFUSED) {
        return false;
      }
      throw error;
    }
    this.#hosts.push(host);
    return true;
  }

  async measure(): Promise<Measured> {
    const watches = this.#hosts.slice(0, FREQUENCIES.length).map(
      (host, index) =>
        new MixWatch(
          host.media,
          this.#sources.filter((_, other) => other !== index),
        ),
    );
    const before = new Exposition(await this.#service.metrics());
    const busy = watchProcessors();
    await sleep(SPAN);
    const used = busy();
    for (const watch of watches) {
      watch.end();
    }
    const after = new Exposition(await this.#service.metrics());
    const pairs = watches.flatMap(({ sources }) => sources);
    return {
      delays: pairs.flatMap(({ delays }) => delays),
      trend: trendOf(pairs.map(({ delays }) => delays)),
      freezes: pairs.reduce((sum, { flow }) => sum + flow.freezes, 0),
      mix: 1000 * percentileBetween(before, after, 'classbridge_mix_time_seconds', 0.95),
      skipped:
        after.sum('classbridge_engine_ticks_skipped_total') - before.sum('classbridge_engine_ticks_skipped_total'),
      busy: used,
    };
  }

  /** @throws Error where a room was put out */
  checkWhole(): void {
    if (this.#hosts.some(({ endedByPeer }) => endedByPeer)) {
      throw new Error(`a room lost its call:\n${this.#service.output}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.hangUp()));
  }
}

/** Of the observations of a histogram between two readings; within a bucket as if they lay evenly. */
function percentileBetween(before: Exposition, after: Exposition, name: string, share: number): number {
  const bounds = after.samples
    .filter((sample) => sample.name === `${name}_bucket` && sample.labels.get('le') !== '+Inf')
    .map(({ labels }) => Number(labels.get('le')))
    .toSorted((a, b) => a - b);
  const grown = (bound: number) => {
    const labels = { le: String(bound) };
    return after.sum(`${name}_bucket`, labels) - before.sum(`${name}_bucket`, labels);
  };
  const wanted = share * (after.sum(`${name}_count`) - before.sum(`${name}_count`));
  let [lower, below] = [0, 0];
  for (const bound of bounds) {
    const count = grown(bound);
    if (count >= wanted && count > below) {
      return lower + ((bound - lower) * (wanted - below)) / (count - below);
    }
    [lower, below] = [bound, count];
  }
  return lower;
}

function figuresOf(found: {
  readonly parties: number;
  readonly told: number;
  readonly learnt: number;
  readonly alone: Measured;
  readonly full: Measured;
}): Figure[] {
  const { parties, told, learnt, alone, full } = found;
  const plain = (name: string, value: number, unit = ''): Figure => ({ name, value, unit, target: null });
  const delay = ({ delays }: Measured, share: number) => percentile(delays, share);
  return [
    plain('parties_admitted', parties),
    plain('parties_tried_at_most', LESSON * LESSONS),
    plain('capacity_told_at_start', told),
    plain('capacity_told_at_end', learnt),
    { name: 'mix_p95_ms', value: tenths(full.mix), unit: 'ms', target: FRAME_TIME },
    plain('mix_2_hosts_p95_ms', tenths(alone.mix), 'ms'),
    plain('delay_p95_ms', tenths(delay(full, 0.95)), 'ms'),
    plain('delay_2_hosts_p95_ms', tenths(delay(alone, 0.95)), 'ms'),
    plain('delay_growth_ms', tenths(delay(full, 0.95) - delay(alone, 0.95)), 'ms'),
    plain('delay_growth_p50_ms', tenths(delay(full, 0.5) - delay(alone, 0.5)), 'ms'),
    plain('delay_trend_ms', tenths(full.trend), 'ms'),
    plain('ticks_skipped', full.skipped),
    plain('freezes', full.freezes),
    plain('machine_busy', full.busy, '%'),
    plain('machine_2_hosts_busy', alone.busy, '%'),
  ];
}
