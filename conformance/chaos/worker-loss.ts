import { type Figure, percentile, tenths } from '../bench-run/figure.ts';
import type { Loss } from './lesson-stage.ts';
import { type LossFigures, WorkerLossStage } from './worker-loss-stage.ts';

/** Of each kind. */
const LOSSES = 10;
const KINDS: readonly Loss[] = ['SIGKILL', 'SIGSTOP'];
/** What is written for what never came back: all of the time that it was watched, ms. */
const NEVER = 7000;

/** ms until the last of these was back. */
export function slowest(times: ReadonlyMap<string, number | undefined>): number {
  return Math.max(...[...times.values()].map((back) => back ?? NEVER));
}

/** Loses the media server of a running lesson so many times. */
async function loseWorker(
  stage: WorkerLossStage,
  loss: Loss,
  times: number,
  progress: (line: string) => void,
): Promise<LossFigures[]> {
  const losses: LossFigures[] = [];
  for (let time = 0; time < times; time++) {
    const figures = await stage.lose(loss);
    losses.push(figures);
    const { pages, sound, rooms, looks } = figures;
    const parts = {
      pictures: slowest(pages),
      sound: slowest(sound),
      'seen by rooms': slowest(rooms),
      looks: slowest(looks),
    };
    const text = Object.entries(parts).map(([part, ms]) => `${part} ${Math.round(ms)} ms`);
    progress(`${loss} ${time + 1} of ${times}: ${text.join(', ')}`);
  }
  return losses;
}

/** Loses the media server of the browsers 10 times by SIGKILL and 10 times by SIGSTOP. */
export async function measureWorkerLoss(progress: (line: string) => void): Promise<Figure[]> {
  const stage = await WorkerLossStage.open();
  try {
    const all: LossFigures[] = [];
    const byKind: Figure[] = [];
    for (const kind of KINDS) {
      const losses = await loseWorker(stage, kind, LOSSES, progress);
      all.push(...losses);
      byKind.push(figure(`worker_${kind.toLowerCase()}_back_p95_ms`, losses, 'pages', 0.95));
    }
    const left = stage.service.events.filter(({ event }) => event === 'party-left').length;
    return [
      figure('worker_back_p95_ms', all, 'pages', 0.95, 3000),
      figure('worker_back_p50_ms', all, 'pages', 0.5),
      figure('worker_sound_back_p95_ms', all, 'sound', 0.95, 3000),
      figure('worker_seen_back_p95_ms', all, 'rooms', 0.95, 3000),
      ...byKind,
      { name: 'worker_losses', value: all.length, unit: '', target: null },
      { name: 'worker_parties_lost', value: left, unit: '', target: 0 },
    ];
  } finally {
    await stage.close();
  }
}

function figure(
  name: string,
  losses: readonly LossFigures[],
  of: 'pages' | 'sound' | 'rooms',
  share: number,
  target: number | null = null,
): Figure {
  const samples = losses.map((loss) => slowest(loss[of]));
  return { name, value: tenths(percentile(samples, share)), unit: 'ms', target };
}
