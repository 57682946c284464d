import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { hashUser, userLines } from './configuration/hash-user.ts';
import { helpText } from './configuration/help.ts';
import { ConfigurationFault, readConfiguration } from './configuration/read.ts';
import { readPassword } from './configuration/read-password.ts';
import type { Configuration } from './configuration/schema.ts';
import { Service } from './service.ts';

const LEAST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < LEAST_NODE) {
  process.stderr.write(`Classbridge needs Node ${LEAST_NODE}; this is ${process.version}. Start it by: npm start\n`);
  process.exit(1);
}

async function configure(): Promise<Configuration> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean' }, config: { type: 'string' }, hash: { type: 'string' } },
  });
  if (values.help === true) {
    process.stdout.write(helpText());
    process.exit(0);
  }
  const file = values.config ?? process.env.CLASSBRIDGE_CONFIG;
  const configuration = readConfiguration(file === undefined ? '' : await readFile(file, 'utf8'), process.env);
  if (values.hash !== undefined) {
    const password = await readPassword(process.stdin, process.stderr);
    process.stdout.write(userLines(hashUser(values.hash, configuration.sip.realm, password)));
    process.exit(0);
  }
  return configuration;
}

async function main(): Promise<void> {
  const configuration = await configure();
  const log = pino({
    level: configuration.service.logLevel,
    base: null,
    redact: ['*.secret', '*.password', '*.authorization'],
  });
  const service = new Service(configuration, log);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) {
        process.exit(1);
      }
      stopping = true;
      log.info({ event: 'stopping', signal }, 'stopping');
      service.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  const { pages, newToken } = await service.start();
  const [code] = configuration.lessons.classes.map((entry) => entry.code);
  const [page = ''] = pages;
  log.info({ event: 'ready', pages, sipPort: configuration.sip.port }, 'ready');
  if (newToken !== undefined) {
    process.stdout.write(`\nThe API's token, shown this once and kept in the data folder: ${newToken}\n`);
  }
  process.stdout.write(
    `\nready: open ${page}/c/${code} in a browser, or dial sip:${code}@${new URL(page).hostname}:${configuration.sip.port} from a room\n\n`,
  );
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationFault) {
    process.stderr.write(`The configuration is wrong:\n${error.message}\n`);
  } else {
    process.stderr.write(
      `Classbridge did not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
  process.exit(1);
});
