import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheKey } from './cache.mjs';
import { projectNode } from './npm-packages.mjs';
import { runProgram } from './run-program.mjs';

/** Written into the built pages: the key of the sources that they were built from. */
const STAMP = '.sources';

/**
 * The web pages, built by Vite when their sources changed.
 *
 * @param {string} project
 * @returns {import('./step.mjs').Step}
 */
export function pages(project) {
  const sources = join(project, 'gateway/pages');
  const built = join(sources, 'dist');
  return {
    name: 'web pages',
    missing() {
      if (!existsSync(join(sources, 'vite.config.ts'))) return undefined;
      if (!existsSync(join(built, STAMP))) return 'not built yet';
      return readFileSync(join(built, STAMP), 'utf8') === sourcesKey(project) ? undefined : 'their sources changed';
    },
    async make() {
      const key = sourcesKey(project);
      const draft = `${built}.draft`;
      const vite = join(project, 'node_modules/vite/bin/vite.js');
      await runProgram(projectNode(project), [vite, 'build', sources, '--outDir', draft, '--emptyOutDir'], {
        cwd: project,
      });
      writeFileSync(join(draft, STAMP), key);
      rmSync(built, { recursive: true, force: true });
      renameSync(draft, built);
    },
  };
}

/**
 * @param {string} project
 * @returns {string} changes when anything that the pages are built from changes
 */
export function sourcesKey(project) {
  const folder = join(project, 'gateway/pages');
  const protocol = join(project, 'signaling/webrtc');
  const files = [
    ...filesBelow(folder),
    ...(existsSync(protocol) ? filesBelow(protocol).filter((file) => /\/protocol[^/]*\.ts$/.test(file)) : []),
    join(project, 'package-lock.json'),
  ];
  return cacheKey(files.flatMap((file) => [relative(project, file), readFileSync(file)]));
}

/**
 * @param {string} folder
 * @returns {string[]} the files that may be part of the pages, sorted
 */
function filesBelow(folder) {
  /** @type {string[]} */
  const files = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(dist|dist\.draft|node_modules)$/.test(entry.name)) files.push(...filesBelow(path));
    } else if (!/\.test\.tsx?$/.test(entry.name)) files.push(path);
  }
  return files.sort();
}
