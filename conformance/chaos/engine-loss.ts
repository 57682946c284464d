import { type Figure, percentile, tenths } from '../bench-run/figure.ts';
import { type EngineLossFigures, EngineLossStage } from './engine-loss-stage.ts';
import type { Loss } from './lesson-stage.ts';

/** Of each kind. */
const LOSSES = 20;
const KINDS: readonly Loss[] = ['SIGKILL', 'SIGSTOP'];

/** What is written for a party that never came back: all of the time that it was watched, ms. */
const NEVER = 3500;

/** What the losses of an engine cost. */
export interface EngineLosses {
  /** Of each loss: ms until the slowest party's picture was back. */
  readonly back: readonly number[];
  readonly figures: readonly EngineLossFigures[];
}

/** Loses the engine of a running lesson so many times. */
async function loseEngine(
  stage: EngineLossStage,
  loss: Loss,
  times: number,
  progress: (line: string) => void = () => undefined,
): Promise<EngineLosses> {
  const figures: EngineLossFigures[] = [];
  for (let time = 0; time < times; time++) {
    const of = await stage.lose(loss);
    figures.push(of);
    progress(`${loss} ${time + 1} of ${times}: ${describe(of)}`);
  }
  return { back: figures.map(slowestPicture), figures };
}

/** ms until the slowest party's picture was back. */
export function slowestPicture({ pictures }: EngineLossFigures): number {
  return Math.max(...[...pictures.values()].map((back) => back ?? NEVER));
}

/** ms until everybody heard again. */
export function slowestSound({ sound }: EngineLossFigures): number {
  return Math.max(...[...sound.values()].map((back) => back ?? NEVER));
}

/** A line for people. */
export function describe(figures: EngineLossFigures): string {
  const split = Object.entries(figures.split).map(([step, at]) => `${step} ${Math.round(at)}`);
  const parts = [...figures.pictures, ...figures.sound].map(
    ([who, back]) => `${who}: ${back === undefined ? 'never' : Math.round(back)}`,
  );
  const back = `pictures ${Math.round(slowestPicture(figures))} ms, sound ${Math.round(slowestSound(figures))} ms`;
  return `${back} (${split.join(', ')}; ${parts.join(', ')}; looks ${Math.round(figures.look)}, later ${Math.round(figures.later)})`;
}

/** Loses the engine of a lesson 20 times by SIGKILL and 20 times by SIGSTOP. */
export async function measureEngineLoss(progress: (line: string) => void): Promise<Figure[]> {
  const stage = await EngineLossStage.open();
  const figures: EngineLossFigures[] = [];
  const byKind: Figure[] = [];
  try {
    for (const kind of KINDS) {
      const losses = await loseEngine(stage, kind, LOSSES, progress);
      figures.push(...losses.figures);
      byKind.push(time(`engine_${kind.toLowerCase()}_back_p95_ms`, losses.back, 0.95));
      byKind.push(...splitFigures(kind, losses.figures));
    }
    const calls = stage.rooms.filter(({ endedByPeer }) => endedByPeer).length;
    return [
      time('engine_back_p95_ms', figures.map(slowestPicture), 0.95, 2000),
      time('engine_back_p50_ms', figures.map(slowestPicture), 0.5),
      time('engine_sound_back_p95_ms', figures.map(slowestSound), 0.95, 2000),
      ...byKind,
      time(
        'engine_later_standstill_p95_ms',
        figures.map(({ later }) => later),
        0.95,
      ),
      { name: 'engine_losses', value: figures.length, unit: '', target: null },
      { name: 'engine_calls_lost', value: calls, unit: '', target: 0 },
    ];
  } finally {
    await stage.close();
  }
}

/** Each step's median, in the order of the steps. */
function splitFigures(kind: Loss, figures: readonly EngineLossFigures[]): Figure[] {
  const steps = ['detected', 'bound', 'firstPacket', 'keyFrameAsked', 'firstPicture', 'whole'] as const;
  return steps.flatMap((step) => {
    const times = figures.map(({ split }) => split[step]).filter((at) => Number.isFinite(at));
    const name = step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return times.length === 0 ? [] : [time(`engine_${kind.toLowerCase()}_${name}_p50_ms`, times, 0.5)];
  });
}

function time(name: string, times: readonly number[], share: number, target: number | null = null): Figure {
  return { name, value: tenths(percentile(times, share)), unit: 'ms', target };
}
