import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptTransport, DEBIAN_KEYRING, debianMirrors } from '../debian-mirrors.mjs';
import { runProgram } from '../run-program.mjs';
import { LIBRARY_PACKAGES, SRTP_SOURCE_PACKAGE, SUITE } from './recipe.mjs';

/**
 * Fetches the libraries that the worker is linked with, with an apt that has its lists and packages in the scratch folder:
 * nothing is installed and no root is needed.
 *
 * @param {string} scratch an empty folder
 * @param {(state: string) => void} report
 * @returns {Promise<{ root: string, srtp: string }>} where the packages, and the sources of libsrtp, are unpacked
 */
export async function fetchLibraries(scratch, report) {
  const debs = join(scratch, 'debs');
  const root = join(scratch, 'root');
  const srtp = join(scratch, 'srtp');
  for (const folder of [debs, root, srtp]) mkdirSync(folder, { recursive: true });
  const env = { ...process.env, APT_CONFIG: await privateApt(join(scratch, 'apt')), LC_ALL: 'C' };
  const options = { env, cwd: debs, onLine: /** @param {string} line */ (line) => report(line.slice(0, 100)) };
  await runProgram('apt-get', ['-q', 'update'], options);
  await runProgram('apt-get', ['-q', 'download', ...LIBRARY_PACKAGES], options);
  await runProgram('apt-get', ['-q', 'source', '--download-only', SRTP_SOURCE_PACKAGE], options);
  for (const file of readdirSync(debs)) {
    if (file.endsWith('.deb')) await runProgram('dpkg-deb', ['-x', file, root], options);
    else if (file.includes('.orig.tar.'))
      await runProgram('tar', ['xf', file, '-C', srtp, '--strip-components=1'], options);
  }
  return { root, srtp };
}

/**
 * @param {string} folder where that apt keeps everything
 * @returns {Promise<string>} the path of its configuration
 */
async function privateApt(folder) {
  const { main, security } = await debianMirrors();
  for (const part of ['etc/apt.conf.d', 'etc/preferences.d', 'state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const signed = `[signed-by=${DEBIAN_KEYRING}]`;
  const sources = [`deb ${signed} ${main} ${SUITE} main`, `deb-src ${signed} ${main} ${SUITE} main`];
  if (security) sources.push(`deb ${signed} ${security} ${SUITE}-security main`);
  writeFileSync(join(folder, 'etc/sources.list'), `${sources.join('\n')}\n`);
  writeFileSync(join(folder, 'state/status'), '');
  const configuration = join(folder, 'apt.conf');
  writeFileSync(
    configuration,
    `${await aptTransport()}Dir::Etc "${folder}/etc";
Dir::Etc::sourcelist "${folder}/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "${folder}/state";
Dir::State::status "${folder}/state/status";
Dir::Cache "${folder}/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
`,
  );
  return configuration;
}
