import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-run/bench.ts';
import { type Figure, percentile, tenths } from '../bench-run/figure.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeToneLoop, type SoundLoop } from '../host/sound-loop.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

const CALLS = 50;
const CODE = '1001';
/** ms after which a call that shows nothing counts as failed. */
const PATIENCE = 5000;
/** What rooms of 720p send: 4 seconds of it. */
const CAMERA = { width: 1280, height: 720, frameRate: 25, bitRate: 1_500_000, frames: 100 };
const TEACHER = 1;
/** Callers take turns with these numbers, so that the last one's picture is never taken for the next one's. */
const CALLERS = [2, 3] as const;

/** ms from the ACK. */
interface Join {
  /** To the first picture that the room has decoded. */
  readonly picture: number;
  /** To the first decoded picture with the room's own in it. */
  readonly shown: number;
}

interface Stage {
  readonly service: RunningService;
  readonly signalling: HostSignalling;
  readonly sound: SoundLoop;
}

/** From ACK to picture, for a SIP room that dials into a lesson in which another one is already speaking. */
export const bench: Bench = {
  title: `from ACK to the mixed picture, and to being seen in it: ${CALLS} SIP calls into a running lesson`,
  async run(progress) {
    const [teacherLoop, ...callerLoops] = await Promise.all(
      [TEACHER, ...CALLERS].map((host) => encodePictureLoop({ ...CAMERA, host })),
    );
    const sound = await encodeToneLoop('opus', 440);
    const signalling = await HostSignalling.open(currentTestNetwork().room.address);
    const service = await RunningService.start();
    try {
      return await measure({ service, signalling, sound }, teacherLoop, callerLoops, progress);
    } finally {
      await signalling.close();
      await service.stop();
    }
  },
};

async function measure(
  stage: Stage,
  teacherLoop: PictureLoop | undefined,
  callerLoops: readonly PictureLoop[],
  progress: (line: string) => void,
): Promise<Figure[]> {
  if (teacherLoop === undefined) {
    throw new RangeError('no picture for the teacher');
  }
  const { service, signalling, sound } = stage;
  const teacher = await SimulatedHost.open({
    signalling,
    name: 'Teacher',
    pictures: [teacherLoop],
    sounds: [sound],
    watches: false,
  });
  const joins: Join[] = [];
  try {
    await teacher.dial(service.sipUri(CODE));
    await sleep(2000);
    for (let call = 0; call < CALLS; call++) {
      const loop = callerLoops[call % callerLoops.length] ?? teacherLoop;
      const join = await joinOnce(stage, loop, call);
      joins.push(join);
      progress(`call ${call + 1} of ${CALLS}: picture ${tenths(join.picture)} ms, shown ${tenths(join.shown)} ms`);
      // The lesson comes to rest; at another point of the mix's beat each time.
      await sleep(600 + ((call * 17) % 40));
    }
    if (teacher.endedByPeer) {
      throw new Error(`the lesson ended in the middle:\n${service.output}`);
    }
  } finally {
    await teacher.hangUp();
  }
  return figuresOf(joins);
}

async function joinOnce({ service, signalling, sound }: Stage, picture: PictureLoop, call: number): Promise<Join> {
  const host = await SimulatedHost.open({ signalling, name: `Room ${call + 1}`, pictures: [picture], sounds: [sound] });
  const own = picture.settings.host;
  try {
    const wait = (isWanted: (seen: SeenPicture) => boolean) => host.media.waitForPicture(isWanted, PATIENCE);
    const first = wait(() => true);
    const shown = wait(({ marks }) => marks.some((mark) => mark.host === own));
    const { acknowledgedAt } = await host.dial(service.sipUri(CODE));
    // A picture that came before the ACK was there at once.
    const after = (seen: SeenPicture | undefined) =>
      seen === undefined ? Number.POSITIVE_INFINITY : Math.max(0, seen.at - acknowledgedAt);
    return { picture: after(await first), shown: after(await shown) };
  } finally {
    await host.hangUp();
  }
}

/** Calls that failed count as the longest of all: infinity is written as the patience that they used up. */
function figuresOf(joins: readonly Join[]): Figure[] {
  const share = (of: keyof Join, part: number) =>
    tenths(
      Math.min(
        PATIENCE,
        percentile(
          joins.map((join) => join[of]),
          part,
        ),
      ),
    );
  const failed = joins.filter(({ picture, shown }) => !Number.isFinite(picture + shown)).length;
  return [
    { name: 'first_picture_p50_ms', value: share('picture', 0.5), unit: 'ms', target: null },
    { name: 'first_picture_p95_ms', value: share('picture', 0.95), unit: 'ms', target: 1000 },
    { name: 'first_shown_p50_ms', value: share('shown', 0.5), unit: 'ms', target: null },
    { name: 'first_shown_p95_ms', value: share('shown', 0.95), unit: 'ms', target: 1500 },
    { name: 'calls', value: joins.length, unit: '', target: null },
    { name: 'calls_failed', value: failed, unit: '', target: 0 },
  ];
}
