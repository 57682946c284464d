import type { Bench } from '../bench-run/bench.ts';
import type { Figure } from '../bench-run/figure.ts';
import { measureEngineLoss } from '../chaos/engine-loss.ts';
import { measureGatewayLoss } from '../chaos/measure-gateway-loss.ts';
import { measureWorkerLoss } from '../chaos/worker-loss.ts';

/** Each loses one part of the running service again and again, and tells how long it was until everybody saw the others again. */
const LOSSES: readonly ((progress: (line: string) => void) => Promise<Figure[]>)[] = [
  measureEngineLoss,
  measureWorkerLoss,
  measureGatewayLoss,
];

/** What the death of a part costs a lesson. */
export const bench: Bench = {
  title: 'a part of the service dies or hangs in a lesson: until everybody sees the others again',
  async run(progress) {
    const figures: Figure[] = [];
    for (const lose of LOSSES) {
      figures.push(...(await lose(progress)));
    }
    return figures;
  },
};
