/**
 * @typedef {object} LockEntry one package in a lock file
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * The optional packages for certain platforms that a lock file's packages want and that have no entry in it.
 *
 * @param {Record<string, LockEntry>} packages `packages` of package-lock.json
 * @returns {Record<string, LockEntry>} entries to add
 * @throws {Error} for one whose platform or exact version cannot be told
 */
export function leftOut(packages) {
  /** @type {Record<string, LockEntry>} */
  const missing = {};
  for (const [folder, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isResolved(packages, folder, name)) continue;
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        throw new Error(`${name} is wanted as ${version}: no exact version`);
      missing[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
    }
  }
  return missing;
}

/**
 * Whether Node would find a package from a folder (the folder's own node_modules, then those above it).
 *
 * @param {Record<string, LockEntry>} packages
 * @param {string} folder
 * @param {string} name
 */
function isResolved(packages, folder, name) {
  for (let place = folder; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1))) {
    if (`${place}${place && '/'}node_modules/${name}` in packages) return true;
    if (place === '') return false;
  }
}

/**
 * @param {string} name such as `@rollup/rollup-linux-x64-musl`
 * @returns {{ cpu: string[], os: string[], libc?: string[] }}
 */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!os || !cpu) throw new Error(`cannot tell the platform of ${name}`);
  const library = words.at(-1) ?? '';
  const libc = os !== 'linux' ? [] : library.startsWith('musl') ? ['musl'] : library.startsWith('gnu') ? ['glibc'] : [];
  return { cpu: [cpu], os: [os], ...(libc.length > 0 ? { libc } : {}) };
}
