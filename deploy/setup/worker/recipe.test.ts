import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { APART, PATCHES } from './recipe.mjs';
import { applyPatch } from './sources.mjs';

const WORKER = fileURLToPath(new URL('../../../node_modules/mediasoup/worker', import.meta.url));

test('the changes apply to the version of mediasoup that is installed', () => {
  for (const patch of PATCHES) applyPatch(readFileSync(join(WORKER, patch.file), 'utf8'), patch);
});

test('the sources that are kept apart are there', () => {
  for (const file of APART.flat()) assert.ok(existsSync(join(WORKER, file)), file);
});
