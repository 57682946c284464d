import { debianPackages } from './debian-packages.mjs';
import { npmPackages } from './npm-packages.mjs';
import { pages } from './pages.mjs';
import { H323_PEER, peers, SIP_CLIENTS } from './peers.mjs';
import { promtool } from './promtool.mjs';
import { compiledWorker, prebuiltWorker } from './worker/steps.mjs';

/** Debian packages that the service itself uses: Chinese glyphs for the names on placeholders, the gateway's allocator. */
const SERVICE_PACKAGES = ['fonts-noto-cjk', 'libjemalloc2'];

/** Debian packages that tests use: a browser, network namespaces, a scripted SIP client, checks of a unit file, a second opinion on packets and on pictures. */
const TEST_PACKAGES = ['chromium', 'ffmpeg', 'iproute2', 'sip-tester', 'systemd', 'tshark'];

/** What has to be there before a command can run. */
const NEEDS = new Map([
  ['check', 'code'],
  ['start', 'service'],
  ['test', 'tests'],
  ['conformance', 'tests'],
  ['demo', 'tests'],
  ['bench', 'tests'],
  ['fuzz', 'code'],
  ['bare', 'bare'],
]);

/** The commands that setup knows. */
export const COMMANDS = [...NEEDS.keys()];

/**
 * The steps before a command, in the order in which they are made.
 *
 * @param {string} command
 * @param {string} project the checkout
 * @returns {import('./step.mjs').Step[]}
 * @throws {Error} for a command that is not known
 */
export function stepsFor(command, project) {
  const packages = npmPackages(project);
  const worker = compiledWorker(project);
  switch (NEEDS.get(command)) {
    case 'code':
      return [packages];
    case 'service':
      return [packages, prebuiltWorker(project), debianPackages(SERVICE_PACKAGES, [worker]), worker, pages(project)];
    case 'tests': {
      const others = [peers(project, SIP_CLIENTS), peers(project, H323_PEER)];
      const wanted = debianPackages([...SERVICE_PACKAGES, ...TEST_PACKAGES], [worker, ...others]);
      return [packages, prebuiltWorker(project), wanted, worker, ...others, promtool(), pages(project)];
    }
    case 'bare':
      return [packages, debianPackages(['debootstrap', 'git'], [])];
    default:
      throw new Error(`unknown command ${command}; known are: ${COMMANDS.join(' ')}`);
  }
}
