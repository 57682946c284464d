// npm run fuzz -- TARGET|all [--seconds N] [--runs N] [--seed N] [--keep]: looks for inputs that a reader takes wrongly.
import { parseArgs } from 'node:util';
import { seededRandom } from '#signaling/sip/edge/mutation.ts';
import { dropInput, keepInput, readCorpus } from './fuzz/corpus.ts';
import { Coverage } from './fuzz/coverage.ts';
import { type GuidedRun, guidedRun } from './fuzz/guided-run.ts';
import { loadTarget, targetNames } from './fuzz/target.ts';

const OLDEST_NODE = 24;
const USAGE_FAULT = 2;
const DEFAULT_SECONDS = 60;
/** Characters of a mistake that are shown. */
const SHOWN = 4000;

interface Wanted {
  readonly names: readonly string[];
  /** For each target. */
  readonly seconds: number;
  readonly runs: number;
  readonly seed: number;
  /** Whether inputs that reach more are put into the corpus; those that show a mistake always are. */
  readonly keep: boolean;
}

function readArguments(): Wanted | { readonly fault: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        runs: { type: 'string' },
        seed: { type: 'string', default: '1' },
        keep: { type: 'boolean', default: false },
      },
    });
    const [name, ...more] = positionals;
    const known = targetNames();
    if (name === undefined || more.length > 0) {
      return { fault: 'name one target, or all: npm run fuzz -- TARGET [--seconds N] [--runs N] [--seed N] [--keep]' };
    }
    if (name !== 'all' && !known.includes(name)) return { fault: `no target is called ${name}` };
    const names = name === 'all' ? known : [name];
    const runs = values.runs === undefined ? Number.POSITIVE_INFINITY : Number(values.runs);
    const total = Number(values.seconds ?? (values.runs === undefined ? DEFAULT_SECONDS : Number.POSITIVE_INFINITY));
    const seed = Number(values.seed);
    if (!(runs > 0 && total > 0 && Number.isInteger(seed))) return { fault: 'seconds, runs and seed must be numbers' };
    return { names, seconds: total / names.length, runs, seed, keep: values.keep };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns whether nothing was found */
async function fuzz(name: string, { seconds, runs, seed, keep }: Wanted, coverage: Coverage): Promise<boolean> {
  // What an earlier target ran is not what this one's loading runs.
  coverage.take();
  const target = await loadTarget(name);
  const corpus = readCorpus(name);
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const run = guidedRun(target, {
    random: seededRandom(seed),
    corpus,
    isOver: (count) => count >= runs || performance.now() >= end,
    coverage,
  });
  tell(name, run, (performance.now() - begin) / 1000);
  for (const { input, fault } of run.findings) {
    console.log(
      `\n--- ${name}: ${fault.kind}, kept as ${keepInput(name, 'fault', input)}\n${fault.text.slice(0, SHOWN)}`,
    );
  }
  if (keep && run.findings.length === 0) {
    for (const input of corpus) if (!run.useful.some((other) => other.equals(input))) dropInput(name, input);
    for (const input of run.useful) keepInput(name, 'reach', input);
  }
  return run.findings.length === 0;
}

function tell(name: string, { runs, findings, useful, slowest, blocks }: GuidedRun, seconds: number): void {
  const figures = [
    `${name.padEnd(16)} ${String(runs).padStart(10)} inputs`,
    `${Math.round(runs / seconds)}/s`.padStart(9),
    `${blocks.reached} of ${blocks.known} blocks`,
    `${useful.length} useful`,
    `slowest ${slowest.milliseconds.toFixed(1)} ms (${slowest.input.length} octets)`,
    `${findings.length} findings`,
  ];
  console.log(figures.join(', '));
}

async function main(): Promise<number> {
  const wanted = readArguments();
  if ('fault' in wanted) {
    console.error(`${wanted.fault}. There are:`);
    for (const name of targetNames()) console.error(`  ${name.padEnd(16)} ${(await loadTarget(name)).title}`);
    return USAGE_FAULT;
  }
  const coverage = new Coverage();
  coverage.start();
  let isClean = true;
  for (const name of wanted.names) isClean = (await fuzz(name, wanted, coverage)) && isClean;
  coverage.stop();
  return isClean ? 0 : 1;
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Fuzzing needs Node ${OLDEST_NODE} or newer, this is ${process.versions.node}: npm run fuzz -- TARGET`);
  process.exitCode = 1;
} else {
  process.exitCode = await main();
}
