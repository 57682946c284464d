// What `npm start` runs: reads the arguments, checks the configuration, and sees to it that a gateway runs (serve.ts).
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dataFolder } from './configuration/data-folder.ts';
import { hashUser, userLines } from './configuration/hash-user.ts';
import { helpText } from './configuration/help.ts';
import { loadConfiguration, startFault } from './configuration/load.ts';
import { readPassword } from './configuration/read-password.ts';
import { openLog } from './log.ts';
import { GATEWAY_V8_FLAGS, gatewayEnvironment, installedJemalloc } from './supervision/gateway-memory.ts';
import { Supervisor } from './supervision/supervisor.ts';

const LEAST_NODE = 24;
const GATEWAY = fileURLToPath(new URL('./serve.ts', import.meta.url));

if (Number.parseInt(process.versions.node, 10) < LEAST_NODE) {
  process.stderr.write(`Classbridge needs Node ${LEAST_NODE}; this is ${process.version}. Start it by: npm start\n`);
  process.exit(1);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean' }, config: { type: 'string' }, hash: { type: 'string' } },
  });
  if (values.help === true) {
    process.stdout.write(helpText());
    return 0;
  }
  const configuration = await loadConfiguration(values.config, process.env);
  if (values.hash !== undefined) {
    const password = await readPassword(process.stdin, process.stderr);
    process.stdout.write(userLines(hashUser(values.hash, configuration.sip.realm, password)));
    return 0;
  }
  const config = values.config === undefined ? [] : ['--config', values.config];
  // Its code as V8 has read it before: half of a start is the reading, and calls wait for the next one.
  const environment = { NODE_COMPILE_CACHE: join(dataFolder(configuration), 'compiled'), ...process.env };
  const env = gatewayEnvironment(environment, installedJemalloc());
  const execArgv = [...process.execArgv, ...GATEWAY_V8_FLAGS];
  const supervisor = new Supervisor({
    start: ({ died, hung }) =>
      fork(GATEWAY, [...config, '--died', String(died), '--hung', String(hung)], { execArgv, env }),
    log: openLog(configuration.service.logLevel).child({ part: 'supervisor' }),
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => supervisor.stop(signal));
  }
  return await supervisor.run();
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(startFault(error));
    process.exit(1);
  },
);
