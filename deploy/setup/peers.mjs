import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheKey, cacheRoot, makeFolder } from './cache.mjs';
import { fillDebianFolder } from './debian-folder.mjs';
import { findProgram } from './run-program.mjs';

const SUITE = 'trixie';

/** Programs of other projects that tests call: baresip with its FFmpeg modules, Linphone with H.264. */
const PACKAGES = ['baresip-core', 'baresip-ffmpeg', 'linphone-cli', 'mediastreamer2-plugin-openh264'];

/**
 * Where the Debian folder with the real SIP clients is, or will be.
 *
 * @returns {string}
 */
export function peersPath() {
  return join(cacheRoot(), 'peers', `${SUITE}-${process.arch}-${cacheKey([SUITE, process.arch, ...PACKAGES])}`);
}

/**
 * The SIP clients that conformance tests call, in a Debian folder of a newer suite than this machine may have.
 *
 * @param {string} project
 * @returns {import('./step.mjs').Step}
 */
export function peers(project) {
  return {
    name: 'SIP clients for tests',
    missing: () =>
      existsSync(peersPath()) ? undefined : `making a Debian ${SUITE} folder with ${PACKAGES.join(', ')}`,
    debianPackages: () => (findProgram('debootstrap') ? [] : ['debootstrap']),
    async make(report) {
      if (process.getuid?.() !== 0) {
        throw new Error(
          `only root can make it, please run:\nsudo CLASSBRIDGE_CACHE=${cacheRoot()} ${process.execPath} ${join(project, 'deploy/setup.mjs')} test`,
        );
      }
      await makeFolder(peersPath(), (folder) => fillDebianFolder({ suite: SUITE, packages: PACKAGES, folder, report }));
    },
  };
}
