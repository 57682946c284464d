import { type Logger, pino } from 'pino';

/** The log of a process of ours: JSON lines on standard output, secrets left out. */
export function openLog(level: string): Logger {
  return pino({ level, base: null, redact: ['*.secret', '*.password', '*.authorization'] });
}
