import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const REPORTER = fileURLToPath(new URL('reporter.ts', import.meta.url));

/** How much of what a file wrote is kept to be shown with its failures, in characters. */
const KEPT_OUTPUT = 20_000;

const testOutcome = z.object({
  name: z.string(),
  line: z.number().optional(),
  milliseconds: z.number(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  error: z.string().optional(),
});

/** How one test ended; `error` stands with a failed one. */
export type TestOutcome = z.infer<typeof testOutcome>;

const testFigures = z.object({ figures: z.string() });

/** What a test measured, in words, said after it ended. */
export type TestFigures = z.infer<typeof testFigures>;

/** How a test file ended. */
export interface TestFileResult {
  readonly file: string;
  /** in the order in which they ended; a file that failed outside its tests has one more, named after what happened */
  readonly outcomes: readonly TestOutcome[];
  /** the end of what the file and its children wrote */
  readonly output: string;
  readonly milliseconds: number;
}

/** How long tests may take, in milliseconds. */
export interface Limits {
  /** for one test that sets no timeout of its own */
  readonly test: number;
  /** for all of the file; what still runs then is killed */
  readonly file: number;
}

/** Process groups of the test files under way. */
const underWay = new Set<number>();

/** Where a test file runs: words before its command, and variables for it. */
export interface TestHost {
  readonly prefix: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs one test file in a process group of its own, so that nothing that it starts outlives it.
 *
 * @param onOutcome told of every test as it ends
 * @param onFigures told of what tests measured
 * @param host another network to run it in; this one if absent
 */
export function runTestFile(
  file: string,
  limits: Limits,
  onOutcome: (outcome: TestOutcome) => void = () => {},
  onFigures: (figures: string) => void = () => {},
  host?: TestHost,
): Promise<TestFileResult> {
  const begin = performance.now();
  const flags = [`--test-reporter=${REPORTER}`, '--test-reporter-destination=stdout', `--test-timeout=${limits.test}`];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const [program, ...words] = [...(host?.prefix ?? []), process.execPath, ...flags, file];
  const child = spawn(program ?? process.execPath, words, {
    env: { ...env, ...host?.environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const outcomes: TestOutcome[] = [];
  const keep = (outcome: TestOutcome) => {
    outcomes.push(outcome);
    onOutcome(outcome);
  };
  let output = '';
  const write = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', write);
  child.stderr?.on('data', write);
  let line = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    const lines = (line + chunk.toString('utf8')).split('\n');
    line = lines.pop() ?? '';
    for (const whole of lines) {
      const told = z.union([testOutcome, testFigures]).parse(JSON.parse(whole));
      if ('figures' in told) onFigures(told.figures);
      else keep(told);
    }
  });
  const group = child.pid;
  if (group !== undefined) underWay.add(group);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(group);
  }, limits.file);

  return new Promise((resolve) => {
    child.once('exit', () => {
      clearTimeout(timer);
      killGroup(group);
      if (group !== undefined) underWay.delete(group);
    });
    child.once('error', (error) => write(Buffer.from(`${error}\n`)));
    child.once('close', (code, signal) => {
      const milliseconds = performance.now() - begin;
      const trouble = fileTrouble(outcomes, late ? limits.file : undefined, signal ?? code);
      if (trouble) keep({ name: trouble, outcome: 'failed', milliseconds });
      resolve({ file, outcomes, output, milliseconds });
    });
  });
}

/** Kills every test file under way, with all that it started. */
export function killTestFiles(): void {
  for (const group of underWay) killGroup(group);
}

/** What went wrong with a file as a whole that none of its tests tells. */
function fileTrouble(
  outcomes: readonly TestOutcome[],
  killedAfter: number | undefined,
  exit: number | NodeJS.Signals | null,
): string | undefined {
  if (killedAfter !== undefined) {
    return `the file still ran after ${killedAfter / 1000} s and was killed: a test hangs or leaves something open`;
  }
  if (outcomes.some(({ outcome }) => outcome === 'failed')) return undefined;
  if (exit !== 0) return `the file ended with ${exit}, outside its tests`;
  return outcomes.length === 0 ? 'the file holds no test' : undefined;
}

function killGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // nothing of it is left
  }
}
