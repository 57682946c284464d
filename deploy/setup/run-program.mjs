import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How much of a program's output is kept for the message of a failure, in characters. */
const KEPT_OUTPUT = 12_000;

/**
 * Runs a program to its end and keeps quiet about it when it succeeds.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options] `onLine` is told every
 *   line of its standard output and standard error
 * @returns {Promise<string>} its standard output
 * @throws {Error} when it cannot be started or ends with anything but 0; the message holds the end of its output
 */
export function runProgram(program, args, { cwd, env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(cwd ? { cwd } : {}),
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const stdout = [];
    let tail = '';
    let line = '';
    /** @param {Buffer} chunk */
    const seen = (chunk) => {
      const text = chunk.toString('utf8');
      tail = (tail + text).slice(-KEPT_OUTPUT);
      if (!onLine) return;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const whole of lines) onLine(whole);
    };
    child.stdout.on('data', (chunk) => {
      stdout.push(chunk);
      seen(chunk);
    });
    child.stderr.on('data', seen);
    child.once('error', (error) => reject(new Error(`cannot start ${program}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(stdout).toString('utf8'));
      else reject(new Error(`${[program, ...args].join(' ')}\nended with ${signal ?? code}:\n${tail.trim()}`));
    });
  });
}

/**
 * Looks a program up as a shell would, also in the folders that only root has in its PATH.
 *
 * @param {string} name
 * @param {string} [path] a PATH
 * @returns {string | undefined} its absolute path
 */
export function findProgram(name, path = process.env.PATH ?? '') {
  for (const folder of [...path.split(delimiter), '/usr/sbin', '/sbin']) {
    if (!folder.startsWith('/')) continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}
