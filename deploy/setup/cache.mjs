import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The folder outside every checkout where things that are slow to make are kept: `CLASSBRIDGE_CACHE`, else
 * `classbridge` under `XDG_CACHE_HOME` (a relative one is ignored, as the XDG Base Directory Specification says),
 * else `~/.cache/classbridge`.
 *
 * @param {Record<string, string | undefined>} [env]
 * @param {string} [home]
 * @returns {string} an absolute path; the folder need not exist
 */
export function cacheRoot(env = process.env, home = homedir()) {
  if (env.CLASSBRIDGE_CACHE) return resolve(env.CLASSBRIDGE_CACHE);
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(home, '.cache');
  return join(base, 'classbridge');
}

/**
 * A short name for everything that decides how a cached thing comes out.
 *
 * @param {readonly (string | Buffer)[]} parts
 * @returns {string} 16 hexadecimal digits; parts are told apart, so ['ab'] and ['a', 'b'] differ
 */
export function cacheKey(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes a folder so that it is there whole or not at all: `fill` works in a draft beside it, which is then renamed.
 * Drafts that a killed run left behind are swept away, so the caller must hold the setup's lock.
 *
 * @param {string} target absolute path of the folder
 * @param {(draft: string) => Promise<void>} fill
 * @returns {Promise<void>}
 */
export async function makeFolder(target, fill) {
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  const prefix = `${basename(target)}.draft-`;
  for (const name of readdirSync(parent)) {
    if (name.startsWith(prefix)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(parent, prefix));
  chmodSync(draft, 0o755);
  try {
    await fill(draft);
    if (existsSync(target)) rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}
