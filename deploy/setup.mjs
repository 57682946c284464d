// Makes this checkout ready for one of npm's commands: node deploy/setup.mjs start|test|check|…
// It stands before each of them in package.json, runs on any Node from 20 on, and does nothing when nothing is missing.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot } from './setup/cache.mjs';
import { withLock } from './setup/lock.mjs';
import { createProgress } from './setup/progress.mjs';
import { stepsFor } from './setup/steps.mjs';
import { npmVersionOf, versionComplaint } from './setup/versions.mjs';

const project = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const progress = createProgress();

/** @param {string} command */
async function setUp(command) {
  const complaint = versionComplaint({
    node: process.versions.node,
    npm: npmVersionOf(process.env.npm_config_user_agent),
  });
  if (complaint) throw new Error(complaint);
  const steps = stepsFor(command, project);
  if (steps.every((step) => step.missing() === undefined)) return;
  await withLock(join(cacheRoot(), 'setup.lock'), {
    onWait: () => progress.say('another setup is at work on this machine, waiting for it'),
    work: async () => {
      for (const step of steps) {
        const why = step.missing();
        if (why !== undefined) await progress.step({ name: step.name, why }, step.make);
      }
    },
  });
}

try {
  await setUp(process.argv[2] ?? 'start');
} catch (error) {
  progress.say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
