// npm test: every unit test, then the conformance suites one after another. Paths as arguments narrow it to the tests
// in them: npm test -- codecs/sdp conformance/suites/lesson.test.ts
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { makeTestNetwork } from './network/test-network.ts';
import { findTests } from './test-run/find-tests.ts';
import {
  killTestFiles,
  type Limits,
  runTestFile,
  type TestFileResult,
  type TestOutcome,
} from './test-run/test-file.ts';

const OLDEST_NODE = 24;
const UNIT_LIMITS: Limits = { test: 60_000, file: 180_000 };
const SUITE_LIMITS: Limits = { test: 300_000, file: 1_200_000 };

/** Characters of an error that stand at its test. */
const BEGINNING = 400;

const root = process.cwd();

async function main(only: readonly string[]): Promise<boolean> {
  const { units, suites } = findTests(root, only);
  console.log(`unit tests: ${units.length} files`);
  const results = await runSideBySide(units);
  console.log(`conformance suites: ${suites.length} files`);
  for (const file of suites) {
    console.log(`  ${relative(root, file)}`);
    results.push(await runSuite(file));
  }
  for (const result of results) tellFailures(result);
  const count = (wanted: TestOutcome['outcome']) =>
    results.reduce((sum, { outcomes }) => sum + outcomes.filter(({ outcome }) => outcome === wanted).length, 0);
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  if (passed + failed === 0) console.log('\nno test ran: that is a failure');
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && passed > 0;
}

/** Runs a suite in a test network of its own. */
async function runSuite(file: string): Promise<TestFileResult> {
  const network = makeTestNetwork();
  try {
    return await runTestFile(
      file,
      SUITE_LIMITS,
      (outcome) => console.log(`    ${outcomeLine(outcome)}`),
      (figures) => console.log(`      ${figures}`),
      network,
    );
  } finally {
    network.remove();
  }
}

/** Runs unit tests on all processors, telling of each file as it ends. */
async function runSideBySide(files: readonly string[]): Promise<TestFileResult[]> {
  const waiting = [...files];
  const results: TestFileResult[] = [];
  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, UNIT_LIMITS);
      results.push(result);
      const failed = result.outcomes.filter(({ outcome }) => outcome === 'failed').length;
      const figures = `${result.outcomes.length} tests${failed > 0 ? `, ${failed} FAILED` : ''}`;
      console.log(`  ${relative(root, file)}: ${figures} (${seconds(result.milliseconds)})`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}

function outcomeLine({ name, outcome, milliseconds, error }: TestOutcome): string {
  const line = `${outcome === 'failed' ? 'FAILED' : outcome}: ${name} (${seconds(milliseconds)})`;
  // The whole of it stands at the end; who reads only this far has its beginning.
  return error === undefined ? line : `${line}\n      ${error.slice(0, BEGINNING).replaceAll(/\s+/g, ' ')}`;
}

function tellFailures({ file, outcomes, output }: TestFileResult): void {
  const failures = outcomes.filter(({ outcome }) => outcome === 'failed');
  for (const { name, line, error } of failures) {
    console.log(`\n--- FAILED ${relative(root, file)}${line === undefined ? '' : `:${line}`}: ${name}`);
    if (error !== undefined) console.log(error);
  }
  if (failures.length > 0 && output.trim() !== '')
    console.log(`\n--- what ${relative(root, file)} wrote\n${output.trim()}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `The tests need Node ${OLDEST_NODE} or newer, this is ${process.versions.node}: run them by \`npm test\`.`,
  );
  process.exitCode = 1;
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      killTestFiles();
      process.exit(1);
    });
  }
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
}
