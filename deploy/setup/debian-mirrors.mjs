import { runProgram } from './run-program.mjs';

/** The keys that Debian signs its releases with, from the package debian-archive-keyring (part of every Debian). */
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** @typedef {{ main: string, security: string | undefined }} Mirrors addresses of the Debian archive and of its security archive */

/**
 * The Debian mirrors that this machine's apt is set up with.
 *
 * @returns {Promise<Mirrors>}
 * @throws {Error} when apt knows none
 */
export async function debianMirrors() {
  const targets = await runProgram('apt-get', [
    'indextargets',
    '--format',
    '$(LABEL) $(REPO_URI)',
    'Created-By: Packages',
  ]);
  const mirrors = pickMirrors(targets);
  if (!mirrors) throw new Error('apt on this machine is set up with no Debian mirror (see apt-get indextargets)');
  return mirrors;
}

/**
 * @param {string} targets lines of `label address`; the label stands there unresolved before the first apt-get update
 * @returns {Mirrors | undefined}
 */
export function pickMirrors(targets) {
  /** @type {string | undefined} */
  let main;
  /** @type {string | undefined} */
  let security;
  for (const line of targets.split('\n')) {
    const [label, address] = line.trim().split(' ');
    if (!label || !address) continue;
    const unknown = label.startsWith('$(');
    if (label === 'Debian' || (unknown && /\/debian\/?$/.test(address))) main ??= address;
    if (label === 'Debian-Security' || (unknown && /\/debian-security\/?$/.test(address))) security ??= address;
  }
  return main ? { main, security } : undefined;
}

/**
 * How this machine's apt reaches its mirrors (proxies, certificates, retries), to be given to another apt.
 *
 * @returns {Promise<string>} lines of an apt.conf
 */
export async function aptTransport() {
  return transportLines(await runProgram('apt-config', ['dump']));
}

/**
 * @param {string} dump output of `apt-config dump`
 * @returns {string} the lines that say how to fetch
 */
export function transportLines(dump) {
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(https?|Check-Valid-Until|Check-Date|Retries|ForceIPv[46])\b.* ".+";$/i.test(line))
    .map((line) => `${line}\n`)
    .join('');
}
