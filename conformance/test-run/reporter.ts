// Given to node:test as --test-reporter by test-file.ts: writes one JSON line for each test, and for what it says, to file descriptor 3, where
// nothing that a test prints can get in between.
import { writeSync } from 'node:fs';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { TestFigures, TestOutcome } from './test-file.ts';

const OUTCOMES = 3;
const COUNTS = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** Takes the events of one test file; yields a single empty text, since the lines go to the descriptor. */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  for await (const event of source) {
    const told = outcomeOf(event) ?? figuresOf(event);
    if (told) writeSync(OUTCOMES, `${JSON.stringify(told)}\n`);
  }
  yield '';
}

/** What a test says by t.diagnostic; node:test's own counts at the end are none of it. */
function figuresOf(event: TestEvent): TestFigures | undefined {
  if (event.type !== 'test:diagnostic' || COUNTS.test(event.data.message)) return undefined;
  return { figures: event.data.message };
}

function outcomeOf(event: TestEvent): TestOutcome | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  const { name, details, skip, todo, line } = event.data;
  const common = { name, ...(line === undefined ? {} : { line }), milliseconds: details.duration_ms };
  if (isSaid(skip) || isSaid(todo)) return { ...common, outcome: 'skipped' };
  if (event.type === 'test:pass') return details.type === 'suite' ? undefined : { ...common, outcome: 'passed' };
  // What fails only because a test in it failed is not told a second time.
  if (failureType(event.data.details.error) === 'subtestsFailed') return undefined;
  return { ...common, outcome: 'failed', error: describe(event.data.details.error) };
}

/** node:test gives `skip` and `todo` as undefined, as a boolean or as the reason. */
function isSaid(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

function failureType(error: unknown): unknown {
  return error instanceof Error && 'failureType' in error ? error.failureType : undefined;
}

/** node:test wraps what the test threw; the wrapping itself tells nothing. */
function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'string' ? cause : inspect(cause, { depth: 8 });
}
