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
import type { SourceWatch, WatchedSource } from '../measurement/source-watch.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

const CODE = '1001';
/** What rooms of 720p send: 4 seconds of it. */
const CAMERA = { width: 1280, height: 720, frameRate: 25, bitRate: 1_500_000, frames: 100 };
/** Hz, one for each host. */
const FREQUENCIES = [400, 900, 1400, 1900] as const;
/** ms from the last host's entry to the measurement: key frames are over, buffers have settled. */
const SETTLING = 4000;
/** ms of each measurement. */
const SPAN = 40_000;
/** Glass to glass on a LAN, and the sound's place against the picture, ms. */
const TARGETS = { delay: 250, early: -60, late: 40 } as const;

interface Stage {
  readonly service: RunningService;
  readonly signalling: HostSignalling;
  readonly rooms: readonly { readonly picture: PictureLoop; readonly sound: SoundLoop; readonly frequency: number }[];
}

interface Measured {
  readonly watches: readonly MixWatch[];
  /** Every other host in every host's mix. */
  readonly pairs: readonly SourceWatch[];
  /** How busy the machine was, percent of all processors: near 100 it was not the product that was measured. */
  readonly busy: number;
}

/** Camera to screen and microphone to loudspeaker through the mix, but for the devices themselves: each room measures all others. */
export const bench: Bench = {
  title: 'delay and A/V skew through the mix: 4 and 2 SIP rooms, 720p25 H.264 and Opus, each measures the others',
  async run(progress) {
    const rooms = await Promise.all(
      FREQUENCIES.map(async (frequency, index) => ({
        picture: await encodePictureLoop({ ...CAMERA, host: index + 1 }),
        sound: await encodeBeepLoop('opus', frequency),
        frequency,
      })),
    );
    const signalling = await HostSignalling.open(currentTestNetwork().room.address);
    const service = await RunningService.start();
    try {
      const stage = { service, signalling, rooms };
      const four = figuresOf(await measure(stage, 4, progress), '', true);
      const two = figuresOf(await measure(stage, 2, progress), '2_hosts_', false);
      return [...four, ...two];
    } finally {
      await signalling.close();
      await service.stop();
    }
  },
};

async function measure(stage: Stage, count: number, progress: (line: string) => void): Promise<Measured> {
  const { service, signalling } = stage;
  const hosts: { readonly host: SimulatedHost; readonly source: WatchedSource }[] = [];
  try {
    for (const { picture, sound, frequency } of stage.rooms.slice(0, count)) {
      const name = `Room ${picture.settings.host}`;
      const host = await SimulatedHost.open({ signalling, name, pictures: [picture], sounds: [sound] });
      const sent = new SentFrames();
      host.media.on('sent', (frame) => sent.add(frame));
      hosts.push({ host, source: { host: picture.settings.host, frequency, sent } });
      await host.dial(service.sipUri(CODE));
      // Each room's camera ticks at another point of the mix's beat.
      await sleep(207);
    }
    await sleep(SETTLING);
    const watches = hosts.map(({ host, source }) => {
      const others = hosts.map((other) => other.source).filter((other) => other !== source);
      return new MixWatch(host.media, others);
    });
    progress(`${count} rooms are in the lesson; measuring for ${SPAN / 1000} s`);
    const busy = watchProcessors();
    await sleep(SPAN);
    const measured = { watches, pairs: watches.flatMap(({ sources }) => sources), busy: busy() };
    for (const [index, watch] of watches.entries()) {
      watch.end();
      progress(summary(index, watch));
    }
    if (hosts.some(({ host }) => host.endedByPeer)) {
      throw new Error(`the lesson ended in the middle:\n${service.output}`);
    }
    return measured;
  } finally {
    await Promise.all(hosts.map(({ host }) => host.hangUp()));
    await sleep(500);
  }
}

function summary(index: number, { sources, size, bitRate = 0 }: MixWatch): string {
  const each = sources.map(({ host, delays, skew }) => {
    const middle = (values: readonly number[]) => (values.length === 0 ? '-' : tenths(percentile(values, 0.5)));
    return `${host}: delay ${middle(delays)} ms, skew ${middle(skew.values)} ms`;
  });
  return `room ${index + 1} is sent ${size.width}x${size.height} at ${Math.round(bitRate / 1000)} kbit/s; ${each.join('; ')}`;
}

function figuresOf({ watches, pairs, busy }: Measured, infix: string, isHeadline: boolean): Figure[] {
  const delays = pairs.flatMap((pair) => pair.delays);
  const skews = pairs.flatMap((pair) => pair.skew.values);
  const reported = pairs.flatMap((pair) => pair.reportedSkew.values);
  const ms = (name: string, values: readonly number[], share: number, target: number | null = null): Figure => ({
    name: `${name}_${infix}p${Math.round(share * 100)}_ms`,
    value: tenths(percentile(values, share)),
    unit: 'ms',
    target: isHeadline ? target : null,
    ...(share < 0.5 ? { bound: 'at least' } : {}),
  });
  const least = Math.min(...watches.map(({ flow }) => flow.rate ?? 0));
  const leastSource = Math.min(...pairs.map(({ flow }) => flow.rate ?? 0));
  const freezes = pairs.reduce((sum, { flow }) => sum + flow.freezes, 0);
  return [
    ms('glass_to_glass', delays, 0.5),
    ms('glass_to_glass', delays, 0.95, TARGETS.delay),
    ms('av_skew', skews, 0.05, TARGETS.early),
    ms('av_skew', skews, 0.5),
    ms('av_skew', skews, 0.95, TARGETS.late),
    ms('av_skew_by_reports', reported, 0.05),
    ms('av_skew_by_reports', reported, 0.5),
    ms('av_skew_by_reports', reported, 0.95),
    { name: `freezes${infix && `_${infix.slice(0, -1)}`}`, value: freezes, unit: '', target: isHeadline ? 0 : null },
    { name: `mix_${infix}least_rate`, value: tenths(least), unit: 'fps', target: null },
    { name: `source_${infix}least_rate`, value: tenths(leastSource), unit: 'fps', target: null },
    { name: `machine_${infix}busy`, value: busy, unit: '%', target: null },
    { name: `av_skew_${infix}samples`, value: skews.length, unit: '', target: null },
  ];
}
