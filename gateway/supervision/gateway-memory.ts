import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How the gateway's memory is held: it lives on short messages, and floods of them must not leave it large. V8 gets a new space that is
 * small and keeps its size; what is not V8's is held by jemalloc (Debian's libjemalloc2), which gives free pages back to the system
 * wherever they lie. glibc's malloc gives back what is free at the end of its heap alone, so one small thing there keeps all below it.
 */
export const GATEWAY_V8_FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8'] as const;

/** Where Debian has its libraries, a folder for each architecture. */
const LIBRARIES = '/usr/lib';
const JEMALLOC = 'libjemalloc.so.2';

/** Free pages go back within a second, by a thread of jemalloc's own; two arenas, since one thread does nearly all (jemalloc(3), TUNING). */
const JEMALLOC_OPTIONS = 'background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:2';

/** For glibc where jemalloc is not installed: two arenas, bounds that it does not move by what it has seen (mallopt(3)). */
const GLIBC = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '65536',
} as const;

/** Path of jemalloc; undefined where it is not installed. */
export function installedJemalloc(libraries = LIBRARIES, architecture: string = process.arch): string | undefined {
  const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[architecture];
  if (triplet === undefined) return undefined;
  const library = join(libraries, triplet, JEMALLOC);
  return existsSync(library) ? library : undefined;
}

/** Names of what the gateway alone shall have in its environment. */
const ALONE = 'CLASSBRIDGE_GATEWAY_ALONE';

/** The environment of a gateway; what the operator has set holds. @param jemalloc its path, undefined where it is not installed */
export function gatewayEnvironment(environment: NodeJS.ProcessEnv, jemalloc: string | undefined): NodeJS.ProcessEnv {
  // Who has an allocator or something else loaded first knows why.
  const isOwn = jemalloc === undefined || environment.LD_PRELOAD !== undefined;
  const wanted = isOwn ? GLIBC : { LD_PRELOAD: jemalloc, MALLOC_CONF: JEMALLOC_OPTIONS };
  const added = Object.entries(wanted).filter(([name]) => environment[name] === undefined);
  return { ...environment, ...Object.fromEntries(added), [ALONE]: added.map(([name]) => name).join(' ') };
}

/**
 * Takes that out of the gateway's environment again, and what it was started with for itself out of the arguments of Node (`execArgv`),
 * which processes inherit that it forks: its children carry pictures, to which other bounds fit.
 */
export function keepFromChildren(environment: NodeJS.ProcessEnv, execArgv: string[]): void {
  const { [ALONE]: names = '' } = environment;
  for (const name of [ALONE, ...names.split(' ').filter((word) => word !== '')]) {
    delete environment[name];
  }
  const first = execArgv.length - GATEWAY_V8_FLAGS.length;
  // They stand last. The operator's own hold for all, and one that nobody supervises has no others.
  if (first >= 0 && GATEWAY_V8_FLAGS.every((flag, index) => execArgv[first + index] === flag)) {
    execArgv.length = first;
  }
}
