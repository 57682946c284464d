import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aptTransport, DEBIAN_KEYRING, debianMirrors } from './debian-mirrors.mjs';
import { runProgram } from './run-program.mjs';

/**
 * Fills a folder with a small Debian of its own (debootstrap, variant minbase) and packages. Needs root. Nothing in it is
 * ever started by its packages' scripts (policy-rc.d).
 *
 * @param {object} wanted
 * @param {string} wanted.suite such as `trixie`
 * @param {readonly string[]} wanted.packages installed without their recommended ones
 * @param {string} wanted.folder an empty one
 * @param {(state: string) => void} wanted.report
 * @returns {Promise<void>}
 */
export async function fillDebianFolder({ suite, packages, folder, report }) {
  const { main } = await debianMirrors();
  const onLine = /** @param {string} line */ (line) => report(line.slice(0, 100));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const keyring = existsSync(DEBIAN_KEYRING) ? [`--keyring=${DEBIAN_KEYRING}`] : [];
  await runProgram('debootstrap', ['--variant=minbase', ...keyring, suite, folder, main], { env, onLine });
  writeFileSync(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n');
  chmodSync(join(folder, 'usr/sbin/policy-rc.d'), 0o755);
  await copyNetworkAccess(folder);
  if (packages.length === 0) return;
  await inFolder(folder, ['apt-get', 'update', '-q'], onLine);
  await inFolder(folder, ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages], onLine);
  await inFolder(folder, ['apt-get', 'clean'], onLine);
}

/**
 * Lets the programs of a Debian folder reach what this machine reaches: name resolution, certificates, and how apt
 * fetches.
 *
 * @param {string} folder
 */
async function copyNetworkAccess(folder) {
  writeFileSync(join(folder, 'etc/apt/apt.conf.d/90fetching'), await aptTransport());
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt']) {
    if (!existsSync(file)) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(file, join(folder, file));
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} command
 * @param {(line: string) => void} onLine
 */
async function inFolder(folder, command, onLine) {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  await runProgram('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, folder, ...command], {
    env,
    onLine,
  });
}
