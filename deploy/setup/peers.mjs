import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheKey, cacheRoot, makeFolder } from './cache.mjs';
import { fillDebianFolder } from './debian-folder.mjs';
import { findProgram } from './run-program.mjs';

/**
 * Programs of other projects that tests call, in Debian folders of the suites that have them.
 *
 * @typedef {object} PeerFolder
 * @property {string} name for people
 * @property {string} suite
 * @property {readonly string[]} packages installed without their recommended ones
 */

/** baresip with its FFmpeg modules, Linphone with H.264. @type {PeerFolder} */
export const SIP_CLIENTS = {
  name: 'SIP clients for tests',
  suite: 'trixie',
  packages: ['baresip-core', 'baresip-ffmpeg', 'linphone-cli', 'mediastreamer2-plugin-openh264'],
};

/** Asterisk with the H.323 channel of Objective Systems: a stack that is not ours. @type {PeerFolder} */
export const H323_PEER = {
  name: 'H.323 peer for tests',
  suite: 'bullseye',
  packages: ['asterisk', 'asterisk-ooh323', 'asterisk-modules'],
};

/**
 * Where the Debian folder of some peers is, or will be.
 *
 * @param {PeerFolder} peers
 * @returns {string}
 */
export function peersPath({ suite, packages }) {
  return join(cacheRoot(), 'peers', `${suite}-${process.arch}-${cacheKey([suite, process.arch, ...packages])}`);
}

/**
 * Peers that conformance tests call, in a Debian folder of another suite than this machine may have.
 *
 * @param {string} project
 * @param {PeerFolder} wanted
 * @returns {import('./step.mjs').Step}
 */
export function peers(project, wanted) {
  const path = peersPath(wanted);
  const { name, suite, packages } = wanted;
  return {
    name,
    missing: () => (existsSync(path) ? undefined : `making a Debian ${suite} folder with ${packages.join(', ')}`),
    debianPackages: () => (findProgram('debootstrap') ? [] : ['debootstrap']),
    async make(report) {
      if (process.getuid?.() !== 0) {
        throw new Error(
          `only root can make it, please run:\nsudo CLASSBRIDGE_CACHE=${cacheRoot()} ${process.execPath} ${join(project, 'deploy/setup.mjs')} test`,
        );
      }
      await makeFolder(path, (folder) => fillDebianFolder({ suite, packages, folder, report }));
    },
  };
}
