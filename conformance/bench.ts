// npm run bench -- NAME [--json]: measures the running service in a test network of its own.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchNames, loadBench } from './bench-run/bench.ts';
import { runInTestNetwork } from './network/test-network.ts';

const OLDEST_NODE = 24;
const USAGE_FAULT = 2;
const RUN_BENCH = fileURLToPath(new URL('bench-run/run-bench.ts', import.meta.url));

/** The name of the bench and how it reports, or what is wrong with the arguments. */
function readArguments(): { readonly name: string; readonly json: boolean } | { readonly fault: string } {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) {
      return { fault: 'name one bench: npm run bench -- NAME [--json]' };
    }
    return benchNames().includes(name) ? { name, json: values.json === true } : { fault: `no bench is called ${name}` };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

async function main(): Promise<number> {
  const read = readArguments();
  if ('fault' in read) {
    console.error(`${read.fault}. There are:`);
    for (const name of benchNames()) {
      console.error(`  ${name.padEnd(12)} ${(await loadBench(name)).title}`);
    }
    return USAGE_FAULT;
  }
  return await runInTestNetwork(process.execPath, [RUN_BENCH, read.name, ...(read.json ? ['--json'] : [])]);
}

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Benches need Node ${OLDEST_NODE} or newer, this is ${process.versions.node}: npm run bench -- NAME`);
  process.exitCode = 1;
} else {
  process.exitCode = await main();
}
