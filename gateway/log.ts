import { type Logger, pino } from 'pino';
import type { LogTail } from './diagnosis/log-tail.ts';

/** The log of a process of ours: JSON lines on standard output, secrets left out. `tail` keeps the latest of them. */
export function openLog(level: string, tail?: LogTail): Logger {
  return pino({
    level,
    base: null,
    redact: ['*.secret', '*.password', '*.authorization'],
    ...(tail === undefined ? {} : { hooks: { streamWrite: (line) => tail.keep(line) } }),
  });
}
