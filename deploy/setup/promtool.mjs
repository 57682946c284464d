import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, makeFolder } from './cache.mjs';
import { runProgram } from './run-program.mjs';

/** The Debian package that holds it; installed as a whole it would start a server. */
const PACKAGE = 'prometheus';

/**
 * Where promtool is, or will be: it checks metrics, alert rules and their tests.
 *
 * @returns {string}
 */
export function promtoolPath() {
  return join(cacheRoot(), 'promtool', process.arch, 'promtool');
}

/**
 * promtool for tests, taken out of its Debian package without installing that. Needs no root.
 *
 * @returns {import('./step.mjs').Step}
 */
export function promtool() {
  return {
    name: 'promtool for tests',
    missing: () => (existsSync(promtoolPath()) ? undefined : `taking it out of the Debian package ${PACKAGE}`),
    async make(report) {
      const onLine = /** @param {string} line */ (line) => report(line.slice(0, 100));
      await makeFolder(join(promtoolPath(), '..'), async (folder) => {
        const scratch = mkdtempSync(join(tmpdir(), 'classbridge-promtool-'));
        try {
          await download(scratch, onLine);
          const [archive = ''] = readdirSync(scratch).filter((name) => name.endsWith('.deb'));
          await runProgram('dpkg-deb', ['--extract', join(scratch, archive), join(folder, 'package')]);
          renameSync(join(folder, 'package/usr/bin/promtool'), join(folder, 'promtool'));
          rmSync(join(folder, 'package'), { recursive: true });
        } finally {
          rmSync(scratch, { recursive: true, force: true });
        }
      });
    },
  };
}

/**
 * @param {string} folder
 * @param {(line: string) => void} onLine
 */
async function download(folder, onLine) {
  const get = () =>
    runProgram('apt-get', ['download', '-q', '-o', 'Acquire::Retries=3', PACKAGE], { cwd: folder, onLine });
  try {
    await get();
  } catch (error) {
    if (process.getuid?.() !== 0) throw error;
    // The package lists are missing or older than the mirror.
    await runProgram('apt-get', ['update', '-q'], { onLine });
    await get();
  }
}
