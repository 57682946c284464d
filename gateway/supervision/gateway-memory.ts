/**
 * How V8 and glibc hold the gateway's memory: it lives on short messages, and floods of them must not leave it large. A new space that is
 * small and keeps its size; two arenas; bounds that glibc does not move by what it has seen (mallopt(3)), so that what is free at the end
 * of an arena goes back to the system.
 */
export const GATEWAY_V8_FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8'] as const;

const ALLOCATOR = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '65536',
} as const;

/** The environment of a gateway; what the operator has set holds. */
export function gatewayEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...ALLOCATOR, ...environment };
}

/** Takes that out of the gateway's environment again: its children carry pictures, to which other bounds fit. */
export function keepFromChildren(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(ALLOCATOR)) {
    if (environment[name] === value) {
      delete environment[name];
    }
  }
}
