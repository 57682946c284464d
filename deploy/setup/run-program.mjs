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
 *   whole line of its standard output and standard error
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
    /** @returns {(chunk: Buffer) => void} what takes one of the two outputs */
    const watch = () => {
      let rest = '';
      return (chunk) => {
        const text = chunk.toString('utf8');
        tail = (tail + text).slice(-KEPT_OUTPUT);
        const lines = (rest + text).split('\n');
        rest = (lines.pop() ?? '').slice(-KEPT_OUTPUT);
        if (onLine) for (const line of lines) onLine(line);
      };
    };
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stdout.on('data', watch());
    child.stderr.on('data', watch());
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
