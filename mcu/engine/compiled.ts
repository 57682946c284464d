import { flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Environment of an engine process: what Node compiles of its modules is kept in a folder of ours (no one else may write there), so
 * that further processes start in a third of the time.
 */
export function engineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(cacheFolder(environment), 'compiled'), ...environment };
}

/** Where the setup keeps what is slow to make, too. */
function cacheFolder({ CLASSBRIDGE_CACHE, XDG_CACHE_HOME }: NodeJS.ProcessEnv): string {
  const base = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return CLASSBRIDGE_CACHE ?? join(base, 'classbridge');
}

/** Writes what was compiled so far: an engine may not live to do so at its end. */
export function keepCompiled(): void {
  flushCompileCache();
}
