import { globSync } from 'node:fs';
import { resolve, sep } from 'node:path';

const ROOMS = ['codecs', 'signaling', 'mcu', 'gateway', 'deploy', 'conformance'];
const SUITES = 'conformance/suites';

/** Test files as absolute paths, each list in order. */
export interface FoundTests {
  /** tests that lie beside what they test; they may run side by side */
  readonly units: readonly string[];
  /** conformance suites: they start the service and real peers and run one at a time */
  readonly suites: readonly string[];
}

/**
 * Finds the project's test files.
 *
 * @param root the checkout
 * @param only files or folders, relative to the checkout, that the tests must lie in; none means all
 */
export function findTests(root: string, only: readonly string[]): FoundTests {
  const wanted = only.map((path) => resolve(root, path));
  const suites = resolve(root, SUITES) + sep;
  const files = globSync(
    ROOMS.map((room) => `${room}/**/*.test.ts`),
    { cwd: root, exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name) },
  )
    .map((file) => resolve(root, file))
    .filter((file) => wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(path + sep)))
    .sort();
  return {
    units: files.filter((file) => !file.startsWith(suites)),
    suites: files.filter((file) => file.startsWith(suites)),
  };
}
