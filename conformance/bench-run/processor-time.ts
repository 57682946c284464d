import { cpus } from 'node:os';
import { tenths } from './figure.ts';

/** Begins to look at all processors of the machine; the answer of what is returned: how busy they were since, 0 to 100 percent of all. */
export function watchProcessors(): () => number {
  const before = times();
  return () => {
    const after = times();
    const all = after.all - before.all;
    return all <= 0 ? 0 : tenths((100 * (all - (after.idle - before.idle))) / all);
  };
}

function times(): { all: number; idle: number } {
  let [all, idle] = [0, 0];
  for (const { times: of } of cpus()) {
    all += of.user + of.nice + of.sys + of.idle + of.irq;
    idle += of.idle;
  }
  return { all, idle };
}
