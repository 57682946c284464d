// The gateway itself, as main.ts starts it. `node gateway/serve.ts` runs it without anybody to start it again.
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { loadConfiguration, startFault } from './configuration/load.ts';
import { LogTail } from './diagnosis/log-tail.ts';
import { openLog } from './log.ts';
import { Service } from './service.ts';
import { keepFromChildren } from './supervision/gateway-memory.ts';
import { SupervisorLink } from './supervision/supervisor-link.ts';

/** ms in which a gateway that nobody watches must have ended its calls. */
const END_WITHIN = 15_000;

async function serve(): Promise<void> {
  const count = { type: 'string', default: '0' } as const;
  const { values } = parseArgs({ options: { config: { type: 'string' }, died: count, hung: count } });
  keepFromChildren(process.env, process.execArgv);
  const configuration = await loadConfiguration(values.config, process.env);
  const logTail = new LogTail();
  const log = openLog(configuration.service.logLevel, logTail);
  const restarts = { died: Number(values.died), hung: Number(values.hung) };
  const service = new Service(configuration, log, restarts, logTail);
  let ending = false;
  const end = (why: string): void => {
    if (ending) {
      return;
    }
    ending = true;
    log.info({ event: 'ending', why }, 'calls are ended');
    link.ending();
    setTimeout(() => process.exit(1), END_WITHIN).unref();
    service.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) {
      return;
    }
    stopping = true;
    service.drain(why).then(
      () => end(why),
      () => end(why),
    );
  };
  const link = new SupervisorLink({ stop, end });
  // A terminal or a service manager signals the whole group: the supervisor's word counts, and this is the same wish.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => stop(signal));
  }
  const { pages, newToken } = await service.start();
  link.ready();
  // One that is killed leaves nothing behind at its end.
  flushCompileCache();
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

serve().catch((error: unknown) => {
  process.stderr.write(startFault(error));
  process.exit(1);
});
