import { setTimeout as sleep } from 'node:timers/promises';
import type { ReturningRoom } from '../host-behaviours/returning-room.ts';
import { marksOfStill } from '../media/marks-of-still.ts';
import { until } from '../media/until.ts';
import type { LessonPage } from '../peers/chromium.ts';
import type { RunningService } from '../service/running-service.ts';

/** A room that takes calls, and tells what it sees in its present one. */
export type LosingRoom = Pick<ReturningRoom, 'number' | 'forget' | 'sees'>;

/** A lesson of rooms that take calls, and of a page. */
export interface GatewayLossStage<R extends LosingRoom = ReturningRoom> {
  readonly service: RunningService;
  readonly rooms: readonly R[];
  readonly page?: LessonPage | undefined;
}

/** ms in which everybody must be back. */
const PATIENCE = 30_000;
/** ms between two losses: a gateway that lived for less is taken for one that dies at once, and is waited for. */
const LIFE = 11_000;

/**
 * Kills the gateway of a running lesson so many times.
 * @returns of each time, ms from the kill until the slowest party sees all rooms move again
 */
export async function loseGateway(
  stage: GatewayLossStage<LosingRoom>,
  times: number,
  progress: (line: string) => void = () => undefined,
): Promise<number[]> {
  const lost: number[] = [];
  for (let time = 0; time < times; time++) {
    if (time > 0) {
      await sleep(LIFE);
    }
    const took = await loseGatewayOnce(stage, () => process.kill(stage.service.gateway, 'SIGKILL'));
    lost.push(Math.max(...took));
    progress(`loss ${time + 1} of ${times}: ${took.map((one) => `${Math.round(one)} ms`).join(', ')}`);
  }
  return lost;
}

/**
 * Kills the gateway by what is given.
 * @returns ms from then until each party, the page last, sees all rooms move again
 */
export async function loseGatewayOnce(
  { service, rooms, page }: GatewayLossStage<LosingRoom>,
  kill: () => void,
): Promise<readonly number[]> {
  const before = service.gateway;
  for (const room of rooms) {
    room.forget();
  }
  const numbers = rooms.map(({ number }) => number);
  const begin = performance.now();
  kill();
  const seen = await Promise.all([
    ...rooms.map((room) => room.sees(numbers, PATIENCE)),
    ...(page === undefined ? [] : [pageSees(page, numbers)]),
  ]);
  if (service.gateway === before) {
    throw new Error('the gateway was not lost');
  }
  return seen.map((at) => at - begin);
}

/** Waits until a page that lost its lesson is back in it and sees all of these rooms move. */
async function pageSees(page: LessonPage, numbers: readonly number[]): Promise<number> {
  const state = page.page.locator('[data-testid="status"]');
  await until('the page notices', PATIENCE, async () =>
    (await state.count()) === 0 || (await state.getAttribute('data-state')) !== 'in-lesson' ? true : undefined,
  );
  await page.page.locator('[data-testid="status"][data-state="in-lesson"]').waitFor({ timeout: PATIENCE });
  const shown = new Map(numbers.map((number) => [number, new Set<number>()]));
  return await until(`the page sees ${numbers.join(', ')} move`, PATIENCE, async () => {
    for (const { host, frame } of marksOfStill(await page.picture())) {
      shown.get(host)?.add(frame);
    }
    return [...shown.values()].every((frames) => frames.size >= 2) ? performance.now() : undefined;
  });
}
