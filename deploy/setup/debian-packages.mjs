import { spawnSync } from 'node:child_process';
import { findProgram, runProgram } from './run-program.mjs';

/**
 * Debian packages, installed by apt-get where that is allowed and asked for in one line where it is not.
 *
 * @param {readonly string[]} wanted needed by the command itself
 * @param {readonly import('./step.mjs').Step[]} later steps that may want packages of their own
 * @returns {import('./step.mjs').Step}
 */
export function debianPackages(wanted, later) {
  const absent = () => {
    const needed = later.flatMap((step) => (step.debianPackages && step.missing() ? step.debianPackages() : []));
    return absentPackages([...new Set([...wanted, ...needed])]);
  };
  return {
    name: 'Debian packages',
    missing() {
      const names = absent();
      return names.length === 0 ? undefined : `${names.join(' ')} needed`;
    },
    async make(report) {
      await installPackages(absent(), report);
    },
  };
}

/**
 * @param {readonly string[]} names
 * @returns {string[]} those that dpkg does not have; none on a system without dpkg, where nothing can be known
 */
export function absentPackages(names) {
  if (names.length === 0 || !findProgram('dpkg-query')) return [];
  const { stdout } = spawnSync(
    'dpkg-query',
    ['--show', '--showformat', `\${db:Status-Status} \${Package}\\n`, ...names],
    {
      encoding: 'utf8',
    },
  );
  return notInstalled(names, stdout);
}

/**
 * @param {readonly string[]} names
 * @param {string} status lines of `status package`, as dpkg-query shows them
 * @returns {string[]} the names without a line that says `installed`
 */
export function notInstalled(names, status) {
  const there = new Set();
  for (const line of status.split('\n')) {
    const [state, name] = line.split(' ');
    if (state === 'installed') there.add(name);
  }
  return names.filter((name) => !there.has(name));
}

/**
 * @param {readonly string[]} names
 * @param {(report: string) => void} report
 */
async function installPackages(names, report) {
  if (process.getuid?.() !== 0) {
    throw new Error(
      `these Debian packages are missing, please run:\nsudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const onLine = /** @param {string} line */ (line) => report(line.slice(0, 100));
  const patience = ['-q', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
  const install = () =>
    runProgram('apt-get', ['install', '-y', '--no-install-recommends', ...patience, ...names], { env, onLine });
  try {
    await install();
  } catch {
    // The package lists are missing or older than the mirror.
    await runProgram('apt-get', ['update', ...patience], { env, onLine });
    await install();
  }
}
