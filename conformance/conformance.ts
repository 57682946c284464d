// npm run conformance -- SUITE …: the running service against real peers. Without a name: every suite.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SUFFIX = '.test.ts';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const suites = readdirSync(here('./suites/'))
  .filter((name) => name.endsWith(SUFFIX))
  .map((name) => name.slice(0, -SUFFIX.length));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.includes(name));

if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(', ')}. There are: ${suites.join(', ')}`);
  process.exitCode = 1;
} else {
  const files = (wanted.length > 0 ? wanted : suites).map((name) => `conformance/suites/${name}${SUFFIX}`);
  const run = spawn(process.execPath, [here('./run-tests.ts'), ...files], { cwd: here('../'), stdio: 'inherit' });
  run.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
