import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program.mjs';
import { npmVersionOf, versionComplaint } from './versions.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages package folders ('' is the project itself) as npm's lock files write them */

/**
 * The npm packages of package-lock.json in node_modules, among them the Node that the service runs on.
 *
 * @param {string} project
 * @returns {import('./step.mjs').Step}
 */
export function npmPackages(project) {
  return {
    name: 'npm packages',
    missing() {
      const installed = readPackages(join(project, 'node_modules/.package-lock.json'));
      if (!installed) return 'node_modules is not there yet';
      const locked = readPackages(join(project, 'package-lock.json'));
      if (!locked) throw new Error('package-lock.json is missing or broken');
      const difference = firstDifference(locked, installed);
      if (difference) return `node_modules does not match package-lock.json (${difference})`;
      return existsSync(projectNode(project)) ? undefined : 'node_modules has no Node';
    },
    async make() {
      const env = { ...process.env, PATH: pathWithout(process.env.PATH ?? '', join(project, 'node_modules/.bin')) };
      const npm =
        npmVersionOf(process.env.npm_config_user_agent) ?? (await runProgram('npm', ['--version'], { env })).trim();
      const complaint = versionComplaint({ node: process.versions.node, npm });
      if (complaint) throw new Error(complaint);
      await runProgram('npm', ['ci', '--ignore-scripts', '--include=dev', '--include=optional'], { cwd: project, env });
      if (!existsSync(projectNode(project))) {
        throw new Error(
          `the npm packages hold no Node for ${process.platform} ${process.arch}: use Linux on x64 or arm64`,
        );
      }
    },
  };
}

/**
 * @param {string} project
 * @returns {string} the Node that npm's scripts run on
 */
export function projectNode(project) {
  return join(project, 'node_modules/.bin/node');
}

/**
 * What a lock file wants and node_modules has not. Packages that are optional may be absent: npm leaves out those for
 * other platforms.
 *
 * @param {LockedPackages} locked package-lock.json
 * @param {LockedPackages} installed node_modules/.package-lock.json
 * @returns {string | undefined}
 */
export function firstDifference(locked, installed) {
  for (const [folder, wanted] of Object.entries(locked)) {
    if (folder === '') continue;
    const found = installed[folder];
    if (!found) {
      if (wanted.optional) continue;
      return `${folder} is missing`;
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) {
      return `${folder} is ${found.version}, not ${wanted.version}`;
    }
  }
  const extra = Object.keys(installed).find((folder) => !(folder in locked));
  return extra && `${extra} is not in it`;
}

/**
 * @param {string} path a PATH
 * @param {string} folder
 * @returns {string} the PATH without that folder: npm must not run on the Node that it is about to replace
 */
export function pathWithout(path, folder) {
  return path
    .split(delimiter)
    .filter((entry) => entry !== folder)
    .join(delimiter);
}

/**
 * @param {string} file
 * @returns {LockedPackages | undefined}
 */
function readPackages(file) {
  if (!existsSync(file)) return undefined;
  try {
    const packages = JSON.parse(readFileSync(file, 'utf8')).packages;
    return typeof packages === 'object' && packages !== null ? packages : undefined;
  } catch {
    return undefined;
  }
}
