import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs `work` while no other process on this machine holds the same lock file. The lock is the kernel's (flock(2), held
 * by a child that ends with this process), so a killed setup never leaves a lock behind, and process ids of other
 * containers do not matter.
 *
 * @template Result
 * @param {string} file made when missing, left in place
 * @param {{ onWait: () => void, work: () => Promise<Result> }} options `onWait` is called once when the lock is taken
 *   by somebody else for more than half a second
 * @returns {Promise<Result>}
 */
export async function withLock(file, { onWait, work }) {
  mkdirSync(dirname(file), { recursive: true });
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => holder.once('close', resolve));
  const waiting = setTimeout(onWait, 500);
  try {
    await new Promise((resolve, reject) => {
      holder.once('error', (error) => reject(new Error(`cannot lock ${file}: ${error.message}`)));
      holder.once('close', (code) => reject(new Error(`cannot lock ${file}: flock ended with ${code}`)));
      holder.stdout.once('data', resolve);
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
    if (holder.pid !== undefined) await ended;
  }
}
