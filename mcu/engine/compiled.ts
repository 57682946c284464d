import { flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Environment of an engine process: what Node compiles of its modules is kept in a folder of ours (no one else may write there), so
 * that further processes start in a third of the time.
 */
export function engineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = environment.XDG_CACHE_HOME;
  const cache = given?.startsWith('/') ? given : join(homedir(), '.cache');
  return { NODE_COMPILE_CACHE: join(cache, 'classbridge', 'compiled'), ...environment };
}

/** Writes what was compiled so far: an engine may not live to do so at its end. */
export function keepCompiled(): void {
  flushCompileCache();
}
