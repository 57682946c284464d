import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from './schema.ts';

/** Where the service keeps what it makes: `service.dataFolder`, else `classbridge` in the user's data folder (XDG Base Directory). */
export function dataFolder({ service }: Configuration): string {
  const base = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  return service.dataFolder ?? join(base, 'classbridge');
}
