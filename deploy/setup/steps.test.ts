import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMANDS, stepsFor } from './steps.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

test('every npm command has its setup before it, and runs on the Node that the setup installs', () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const commands = Object.keys(scripts).filter((name) => !name.startsWith('pre'));
  assert.deepEqual(commands.sort(), [...COMMANDS].sort());
  for (const command of commands) {
    assert.equal(scripts[`pre${command}`], `node deploy/setup.mjs ${command}`);
    assert.ok(
      !scripts[command].includes('setup.mjs'),
      'a setup inside the command itself would leave it on the old Node',
    );
  }
});

test('the code’s checks and fuzzing need npm packages alone, tests need all that the service needs', () => {
  const names = (command: string) => stepsFor(command, PROJECT).map(({ name }) => name);
  assert.deepEqual(names('check'), ['npm packages']);
  assert.deepEqual(names('fuzz'), ['npm packages']);
  for (const step of names('start')) assert.ok(names('test').includes(step));
  assert.ok(names('test').includes('SIP clients for tests'));
  assert.ok(!names('start').includes('SIP clients for tests'));
});

test('an unknown command is refused with those that are known', () => {
  assert.throws(() => stepsFor('strat', PROJECT), /unknown command strat; known are: .*start/);
});
