import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { Coverage, ReachedCode } from './coverage.ts';
import { guidedRun } from './guided-run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'classbridge-fuzz-'));
after(() => rmSync(scratch, { recursive: true }));

/** A reader with a mistake behind four conditions, which chance alone would hardly meet together. */
const READER = `
export function read(input: Buffer): number {
  if (input[0] !== 0x4c) return 0;
  if (input[1] !== 0x6f) return 1;
  if (input[2] !== 0x73) return 2;
  if (input[3] !== 0x74) return 3;
  throw new Error('found');
}
`;

test('a run finds its way by coverage to a mistake behind several conditions, and shrinks the input', async () => {
  mkdirSync(join(scratch, 'codecs'));
  const file = join(scratch, 'codecs', 'reader.ts');
  writeFileSync(file, READER);
  const coverage = new Coverage();
  coverage.start();
  const module: unknown = await import(pathToFileURL(file).href);
  const { read } = z.object({ read: z.custom<(input: Buffer) => number>() }).parse(module);
  const target = {
    title: 'a reader with a mistake',
    maximumLength: 64,
    seeds: () => [Buffer.from('something else')],
    dictionary: ['L', 'o', 's', 't'],
    examine: (input: Buffer) => void read(input),
  };
  const isOver = (runs: number) => runs > 60_000;
  const run = guidedRun(target, { random: seededRandom(5), corpus: [], isOver, coverage });
  coverage.stop();
  assert.deepEqual(
    run.findings.map(({ input }) => String(input)),
    ['Lost'],
  );
  assert.deepEqual(run.useful.map(String), ['L', 'Lo', 'Los']);
  assert.ok(run.blocks.reached > 4 && run.blocks.reached <= run.blocks.known);
  // Without coverage as many inputs do not suffice.
  const blind = { take: () => [] };
  const unguided = guidedRun(target, {
    random: seededRandom(5),
    corpus: [],
    isOver: (runs) => runs > run.runs,
    coverage: blind,
  });
  assert.equal(unguided.findings.length, 0);
});

test('code is fresh once, and counts as blocks', () => {
  const reached = new ReachedCode();
  const url = 'file:///codecs/x.ts';
  const run = (text: string) => [{ url, ran: Uint8Array.from(text, Number), boundaries: [0, 2, 4, 6] }];
  reached.add(run('110000'), true);
  assert.deepEqual(reached.blocks(), { reached: 0, known: 0 });
  assert.deepEqual(reached.fresh(run('111100')), [{ url, offset: 2 }]);
  reached.add(run('111100'));
  assert.deepEqual(reached.fresh(run('111100')), []);
  assert.deepEqual(reached.blocks(), { reached: 2, known: 3 });
});
