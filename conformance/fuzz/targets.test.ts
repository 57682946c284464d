import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blindRun } from './blind-run.ts';
import { readCorpus } from './corpus.ts';
import { loadTarget, targetNames } from './target.ts';

const MUTATIONS = 10_000;
const SEED = 20_261;

describe('readers of what strangers send', () => {
  for (const name of targetNames()) {
    it(`${name}: its seeds, its corpus and ${MUTATIONS} mutations of them are taken well`, async () => {
      const target = await loadTarget(name);
      assert.ok(target.seeds().length > 0);
      for (const { input, fault } of blindRun(target, readCorpus(name), MUTATIONS, SEED)) {
        assert.fail(`${fault.kind}: ${input.toString('base64')}\n${fault.text}`);
      }
    });
  }
});

it('an unknown target is refused', async () => {
  await assert.rejects(loadTarget('../target'), /no target is called/);
});
