import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blindRun } from './blind-run.ts';
import { readCorpus } from './corpus.ts';
import { examine } from './examine.ts';
import { shrink } from './shrink.ts';
import { loadTarget, targetNames } from './target.ts';

const MUTATIONS = 10_000;
const SEED = 20_261;
/** For a mistake that is found. */
const SHRINK_TRIES = 2000;
/** Characters of a mistake that are shown. */
const SHOWN = 4000;

describe('readers of what strangers send', () => {
  for (const name of targetNames()) {
    it(`${name}: its seeds, its corpus and ${MUTATIONS} mutations of them are taken well`, async () => {
      const target = await loadTarget(name);
      assert.ok(target.seeds().length > 0);
      const [finding] = blindRun(target, readCorpus(name), MUTATIONS, SEED);
      if (finding === undefined) return;
      const { input, fault } = finding;
      const isSame = (smaller: Buffer) => examine(target, smaller)?.sameness === fault.sameness;
      const small = fault.kind === 'threw' ? shrink(input, isSame, SHRINK_TRIES) : input;
      assert.fail(`${fault.kind}: ${small.toString('base64').slice(0, SHOWN)}\n${fault.text.slice(0, SHOWN)}`);
    });
  }
});

it('an unknown target is refused', async () => {
  await assert.rejects(loadTarget('../target'), /no target is called/);
});
