// Runs one bench and writes its report: node run-bench.ts NAME [--json]. Inside the test network; see ../bench.ts.
import { loadBench } from './bench.ts';
import { thisMachine } from './machine.ts';
import { asJson, asTable } from './report.ts';

const [name = '', form] = process.argv.slice(2);
const isJson = form === '--json';
const { title, run } = await loadBench(name);
const machine = thisMachine();

try {
  const figures = await run((line) => process.stderr.write(`${name}: ${line}\n`));
  const report = { bench: name, machine, figures };
  process.stdout.write(isJson ? asJson(report) : asTable(title, report));
} catch (error) {
  console.error(error);
  // Whatever the bench left open must not hold its end up; what it started goes with the test network.
  process.exit(1);
}
